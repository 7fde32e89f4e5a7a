import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { detailsOf } from '../../../src/cli/listen/screen/details.ts'
import { heightOf, render, type Scene } from '../../../src/cli/listen/screen/render.ts'
import { firstView, press, type View } from '../../../src/cli/listen/screen/view.ts'
import { wrapped } from '../../../src/cli/listen/screen/wrapped.ts'
import type { Row } from '../../../src/cli/listen/session.ts'
import { widthOf } from '../../../src/cli/show/text.ts'

function row(n: number, changes: Partial<Row> = {}): Row {
  return {
    event: {
      id: `evt_${String(n).padStart(11, '0')}`,
      source: 'stripe',
      type: 'invoice.paid',
      externalId: null,
      receivedAt: '2026-01-02T03:04:05.678Z',
      bodySize: 2,
      duplicates: 0,
      conflict: false,
      repeated: false,
      deliveries: [],
    },
    state: 'done',
    answer: { kind: 'answered', status: 200, ms: 12, headers: [], body: Buffer.alloc(0) },
    attempts: 1,
    ...changes,
  }
}

const refused: Partial<Row> = {
  answer: { kind: 'failed', code: 'ECONNREFUSED', reason: 'nothing listens at localhost:4000', ms: 1, away: true },
}
const bare = (_: unknown, text: string) => text

function scene(changes: Partial<Scene> = {}): Scene {
  return {
    view: firstView,
    rows: [],
    connection: { live: true, text: 'live' },
    from: 'hooks.example.com',
    to: 'http://localhost:4000/hooks',
    details: null,
    ...changes,
  }
}

const size = { columns: 100, rows: 20 }
const rows = Array.from({ length: 30 }, (_, n) => row(n))
const sight = { rows, lines: 50, height: 10 }
const keys = (view: View, ...names: string[]) =>
  names.reduce((now, name) => press(now, { name, shift: name === 'G' }, sight).view, view)

describe('the live list', () => {
  it('fills the screen and no more, whatever is in it', () => {
    const evil = row(1, { event: { ...row(1).event, type: `\u001b[2J界${'x'.repeat(300)}`, source: 'a\nb' } })
    for (const columns of [1, 10, 40, 100, 300]) {
      for (const height of [1, 3, 6, 24]) {
        for (const given of [[], [evil], rows]) {
          const lines = render(scene({ rows: given }), { columns, rows: height }, bare)
          assert.equal(lines.length, Math.min(height, heightOf({ columns, rows: height }) + 5))
          for (const line of lines) {
            assert.ok(widthOf(line) <= columns, `${columns}: ${line}`)
            // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
            assert.ok(!/[\u0000-\u001f\u007f-\u009f]/.test(line))
          }
        }
      }
    }
  })

  it('shows the newest, what was answered, and what is wrong', () => {
    const lines = render(scene({ rows: [...rows, row(99, refused)] }), size, bare)
    assert.match(
      lines[0] ?? '',
      /^hooks\.example\.com → http:\/\/localhost:4000\/hooks +live · 31 events · 1 not taken$/,
    )
    assert.ok(
      lines.some((line) =>
        /^› \d\d:\d\d:\d\d {2}ECONNREFUSED {6}1 ms {2}stripe {2}invoice\.paid {2}evt_00000000099/.test(line),
      ),
      lines.join('\n'),
    )
    assert.ok(lines.some((line) => /^ {2}\d\d:\d\d:\d\d {2}200 {14}12 ms/.test(line)))
    assert.ok(lines.includes('nothing listens at localhost:4000. Then press r to send it again.'))
  })

  it('says in one line that nothing comes in', () => {
    const lines = render(scene({ connection: { live: false, text: 'it broke; trying again in 2 s' } }), size, bare)
    assert.ok(lines.includes('it broke; trying again in 2 s'))
    assert.match(lines[0] ?? '', /not connected/)
  })
})

describe('keys', () => {
  const id = (n: number) => rows[n]?.event.id

  it('move, and follow the newest again at the end', () => {
    assert.equal(keys(firstView, 'up').chosen, id(28))
    assert.equal(keys(firstView, 'k', 'k', 'j').chosen, id(28))
    assert.equal(keys(firstView, 'k', 'j').chosen, null)
    assert.equal(keys(firstView, 'pageup').chosen, id(19))
    assert.equal(keys(firstView, 'g').chosen, id(0))
    assert.equal(keys(firstView, 'g', 'up').chosen, id(0))
    assert.equal(keys(firstView, 'g', 'G').chosen, null)
    assert.equal(press(firstView, { name: 'up' }, { ...sight, rows: [] }).view.chosen, null)
  })

  it('ask for what they say', () => {
    for (const [name, wish] of [
      ['r', 'again'],
      ['o', 'console'],
      ['f', 'hold'],
      ['c', 'clear'],
      ['q', 'end'],
      ['d', 'details'],
      ['return', 'details'],
      ['x', null],
    ] as const) {
      assert.equal(press(firstView, { name }, sight).wish, wish)
    }
    assert.equal(press(firstView, { name: 'c', ctrl: true }, sight).wish, 'end')
    assert.equal(keys(firstView, 'f').held, true)
    assert.equal(keys(firstView, 'f', 'f').held, false)
  })

  it('scroll the details and leave them', () => {
    const open: View = { ...firstView, mode: 'details' }
    assert.equal(keys(open, 'j', 'j', 'k').top, 1)
    assert.equal(keys(open, 'end').top, 40)
    assert.equal(keys(open, 'space').top, 9)
    assert.deepEqual(keys(open, 'j', 'escape'), firstView)
    assert.equal(press(open, { name: 'q' }, sight).wish, null)
    assert.equal(press(open, { name: 'c', ctrl: true }, sight).wish, 'end')
  })
})

describe('the details', () => {
  it('show the answer, the headers and the body, within the screen', () => {
    const answer = {
      kind: 'answered',
      status: 422,
      ms: 7,
      headers: [['content-type', 'application/json']],
      body: Buffer.from('{"why":"\u001b[2J"}'),
    } as const
    const shown = row(1, { answer })
    const detail = {
      ...shown.event,
      headers: [['X-Evil', 'a\u001b]0;b\u0007']] as [string, string][],
      body: null,
      attempts: [],
    }
    const fetched = { detail, body: Buffer.from(JSON.stringify({ long: 'x'.repeat(200), wide: '界'.repeat(60) })) }
    const lines = detailsOf(shown, fetched, 60, bare)
    const text = lines.join('\n')
    assert.match(text, /422 {2}7 ms, attempt 1/)
    assert.match(text, /X-Evil: a/)
    assert.match(text, /"long": "xxx/)
    for (const line of lines) {
      assert.ok(widthOf(line) <= 60, line)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      assert.ok(!/[\u0000-\u001f\u007f-\u009f]/.test(line))
    }
    assert.match(detailsOf(shown, null, 60, bare).join('\n'), /past its retention/)
    assert.deepEqual(wrapped('abcdef', 4), ['abcd', 'ef'])
    assert.deepEqual(wrapped('界界界', 5), ['界界', '界'])
  })
})

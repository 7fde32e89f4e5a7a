import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createBodyWorker } from '../../../src/events/body-worker.ts'
import { type PayloadQuestion, readPayload } from '../../../src/events/payload.ts'
import { createPayloadReader } from '../../../src/events/payload-reader.ts'

const question = (over: Partial<PayloadQuestion>): PayloadQuestion => ({
  contentType: 'application/json',
  mustBeJson: false,
  pointers: ['/a'],
  echo: true,
  ...over,
})
const read = (body: string | Buffer, over: Partial<PayloadQuestion> = {}) =>
  readPayload(Buffer.from(body as string), question(over))

describe('reading a payload', () => {
  it('gives the fields that are text, numbers or booleans', () => {
    for (const [text, value] of [
      ['"x"', 'x'],
      ['1', 1],
      ['false', false],
      ['null', undefined],
      ['[1]', undefined],
    ] as const) {
      assert.deepEqual(read(`{"a":${text}}`, { echo: false }), { values: [value], echo: null })
    }
  })

  it('takes JSON under another type for its fields, but not for its echo', () => {
    assert.deepEqual(read('{"a":1}', { contentType: 'text/plain' }), { values: [1], echo: '"{\\"a\\":1}"' })
    assert.deepEqual(read('hello', { contentType: undefined }), { values: [undefined], echo: '"hello"' })
  })

  it('refuses what must be JSON and is not, whatever its type says', () => {
    for (const contentType of [undefined, 'text/plain', 'application/x-www-form-urlencoded']) {
      assert.equal(read('a=1', { contentType, mustBeJson: true }), 'invalid')
    }
    assert.deepEqual(read('{"a":1}', { contentType: 'text/plain', mustBeJson: true }), { values: [1], echo: '{"a":1}' })
  })

  it('reads the fields of a form', () => {
    const form = { contentType: 'application/x-www-form-urlencoded; charset=utf-8' }
    assert.deepEqual(read('a=%2Fdeploy&b=', form), { values: ['/deploy'], echo: '{"a":"/deploy","b":""}' })
    assert.deepEqual(read('a=1&a=2', form), { values: [undefined], echo: '{"a":["1","2"]}' })
  })

  it('does not look into what is not UTF-8', () => {
    assert.equal(read(Buffer.from('{"a":"\xe9"}', 'latin1')), 'invalid')
    assert.equal(read(Buffer.from('{"a":1}', 'utf16le')), 'invalid')
    assert.deepEqual(read(Buffer.from([0xff]), { contentType: 'text/plain' }), { values: [undefined], echo: 'null' })
  })
})

describe('the payload reader', () => {
  it('gives the same answer for a large body as for a small one, only later', async (t) => {
    const worker = createBodyWorker({ sources: [], publicUrl: null })
    t.after(() => worker.close())
    const readAny = createPayloadReader(worker)
    const padding = ' '.repeat(100_000)
    for (const body of [`{"a":1}${padding}`, `{"a":1${padding}`, `a=1&b=${padding}`, padding]) {
      for (const contentType of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
        const answer = readAny(Buffer.from(body), question({ contentType }))
        assert.ok(answer instanceof Promise)
        assert.deepEqual(await answer, read(body, { contentType }))
      }
    }
    assert.ok(!(readAny(Buffer.from('{}'), question({})) instanceof Promise))
  })

  it('goes on reading small bodies while it reads a large one, and answers many in any order', async (t) => {
    const worker = createBodyWorker({ sources: [], publicUrl: null })
    t.after(() => worker.close())
    const readAny = createPayloadReader(worker)
    const large = Array.from({ length: 8 }, (_, n) =>
      readAny(Buffer.from(`{"a":${n},"b":"${'x'.repeat(500_000)}"}`), question({ echo: false })),
    )
    assert.deepEqual(readAny(Buffer.from('{"a":"small"}'), question({ echo: false })), {
      values: ['small'],
      echo: null,
    })
    assert.deepEqual(
      await Promise.all(large),
      Array.from({ length: 8 }, (_, n) => ({ values: [n], echo: null })),
    )
  })
})

it('reads large JSON as it reads small JSON', () => {
  const read = (text: string) => readPayload(Buffer.from(text), question({ pointers: ['/id', '/type', '/n'] }))
  const filler = `"filler":"${'x'.repeat(100_000)}"`
  const large = `\ufeff{${filler},"id":"a","id":"evt_1","n":12345678901234567890}`
  assert.deepEqual(read(large), { values: ['evt_1', undefined, Number('12345678901234567890')], echo: large.slice(1) })
  assert.equal(read(`{${filler},}`), 'invalid')
})

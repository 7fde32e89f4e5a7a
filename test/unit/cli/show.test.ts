import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { momentOf } from '../../../src/cli/api/moment.ts'
import { idBefore } from '../../../src/cli/api/selection.ts'
import { showBody } from '../../../src/cli/show/body.ts'
import { indentJson } from '../../../src/cli/show/indent-json.ts'
import { bytesText, countText } from '../../../src/cli/show/quantity.ts'
import { fitted, jsonText, plain, plainLines, widthOf } from '../../../src/cli/show/text.ts'
import { span } from '../../../src/cli/show/time.ts'
import { encodeEventId, firstSequenceAt } from '../../../src/store/event-id.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controls = /[\u0000-\u001f\u007f-\u009f]/
const controlsButBreaks = new RegExp(controls.source.replace('\\u0000-\\u001f', '\\u0000-\\u0009\\u000b-\\u001f'))
const hostile = fc.string({
  unit: fc.constantFrom(
    'a',
    '"',
    '\\',
    '\n',
    '\r',
    '\t',
    '\u001b',
    '[',
    ']',
    '0',
    ';',
    'm',
    '\u0007',
    '\u009b',
    '\u202e',
    '界',
    '\ud800',
    '👩‍👩‍👦',
  ),
  maxLength: 40,
})

describe('text from elsewhere', () => {
  it('never holds what a terminal obeys', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        assert.ok(!controls.test(plain(text)))
        assert.ok(!controlsButBreaks.test(plainLines(text)))
        assert.ok(!controls.test(jsonText({ text })))
        assert.deepEqual(JSON.parse(jsonText({ text })), { text })
        assert.ok(!/[\u202a-\u202e\u2066-\u2069]/.test(plain(text) + plainLines(text) + jsonText(text)))
      }),
    )
  })

  it('is shown as what it was', () => {
    assert.equal(plainLines('a\u001b[31mb\r\nc\td\u202e'), 'a\\x1b[31mb\nc    d\\u{202e}')
    assert.equal(plain('a\u001b[31mb\nc'), 'ab c')
    assert.equal(plain('x'.repeat(10), 5), 'xxxxx…')
  })

  it('is never wider than its place', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 20 }), (text, columns) => {
        assert.ok(widthOf(fitted(plain(text), columns)) <= columns)
      }),
    )
    assert.deepEqual(
      [widthOf('界'), widthOf('👩‍👩‍👦'), widthOf('\u001b[31mab\u001b[0m'), widthOf('é'.normalize('NFD'))],
      [2, 2, 2, 1],
    )
    assert.equal(fitted('界界界', 5), '界界…')
  })
})

describe('a body', () => {
  it('of JSON is laid out, and otherwise as it came', () => {
    assert.equal(
      indentJson('{"a":[1,{"b":"x, {y}: \\"z\\""}],"e":{},"l":[ ],"n":12345678901234567890,"n":1.10}'),
      '{\n  "a": [\n    1,\n    {\n      "b": "x, {y}: \\"z\\""\n    }\n  ],\n  "e": {},\n  "l": [],\n  "n": 12345678901234567890,\n  "n": 1.10\n}',
    )
    assert.equal(indentJson('{"a":'), null)
    fc.assert(
      fc.property(fc.json(), (text) => {
        assert.deepEqual(JSON.parse(indentJson(text) ?? ''), JSON.parse(text))
      }),
    )
  })

  it('of a form, of text, of bytes, of nothing', () => {
    assert.equal(showBody(Buffer.from('a=1&b=x%20y'), 'application/x-www-form-urlencoded'), 'a = 1\nb = x y')
    assert.equal(showBody(Buffer.from('plain\u001b[0m')), 'plain\\x1b[0m')
    assert.equal(showBody(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0])), `000000  89 50 4e 47 00${' '.repeat(33)}  .PNG.`)
    assert.match(showBody(Buffer.alloc(1_000, 0xff)), /… 744 bytes more$/)
    assert.equal(showBody(Buffer.alloc(0)), '(empty)')
  })
})

describe('a moment', () => {
  const now = Date.UTC(2026, 0, 10)

  it('is a time, a date, or how long ago', () => {
    assert.equal(momentOf('2026-01-02', now), Date.UTC(2026, 0, 2))
    assert.equal(momentOf('2026-01-02T03:04:05+01:00', now), Date.UTC(2026, 0, 2, 2, 4, 5))
    assert.equal(momentOf('90m', now), now - 90 * 60_000)
    assert.equal(momentOf('2w', now), now - 14 * 86_400_000)
    for (const text of ['', 'soon', '5', '5y', '2026', '2026-13-01', '-5m'])
      assert.throws(() => momentOf(text, now), /how long ago/)
  })

  it('is where a stream begins: before the first event of that moment', () => {
    const at = Date.UTC(2026, 0, 2)
    assert.ok(idBefore('2026-01-02', now) < encodeEventId(firstSequenceAt(at)))
    assert.ok(idBefore('2026-01-02', now) > encodeEventId(firstSequenceAt(at - 1)))
    const id = encodeEventId(12_345)
    assert.equal(idBefore(id, now), id)
  })
})

describe('figures', () => {
  it('are short', () => {
    assert.deepEqual([0, 1_023, 1_536, 5 * 1024 ** 2, 3.25 * 1024 ** 3].map(bytesText), [
      '0 B',
      '1023 B',
      '1.5 KiB',
      '5 MiB',
      '3.3 GiB',
    ])
    assert.deepEqual([0, 1_000, 1_234_567].map(countText), ['0', '1,000', '1,234,567'])
    assert.deepEqual([0, 42_000, 420_000, 10_800_000, 864_000_000].map(span), ['0 s', '42 s', '7 min', '3 h', '10 d'])
  })
})

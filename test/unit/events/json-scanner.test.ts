import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compilePointer } from '../../../src/events/json-pointer.ts'
import { compileJsonScanner } from '../../../src/events/json-scanner.ts'

const pointers = ['/id', '/type', '/a', '/a/b', '/a/0', '/0', '/1/id', '/a~1b', '/__proto__', '/é', '']
const scan = compileJsonScanner(pointers)

/** What `JSON.parse` makes of it. */
function expected(text: string): readonly unknown[] | 'invalid' {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return 'invalid'
  }
  return pointers.map((pointer) => {
    const found = compilePointer(pointer)(value)
    return typeof found === 'object' ? undefined : found
  })
}

function agrees(text: string): void {
  assert.deepEqual(scan(Buffer.from(text)), expected(text), JSON.stringify(text.slice(0, 200)))
}

const key = fc.constantFrom('id', 'type', 'a', 'b', '0', 'a/b', '__proto__', 'é', '')
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
    ),
    fc.array(tie('value')),
    fc.dictionary(key, tie('value')),
  ),
})).value

test('agrees with JSON.parse on documents', () => {
  fc.assert(
    fc.property(json, fc.constantFrom(undefined, 1, '\t', '\r\n'), (value, indent) =>
      agrees(JSON.stringify(value, null, indent)),
    ),
    { numRuns: 500 },
  )
})

test('agrees with JSON.parse on documents with something wrong', () => {
  const scraps = fc.constantFrom(
    '',
    ',',
    ':',
    '"',
    '\\',
    '{',
    '}',
    '[',
    ']',
    '0',
    '-',
    '.',
    'e',
    'u',
    '\u0001',
    'nul',
    '\ufeff',
    ' ',
  )
  fc.assert(
    fc.property(json, fc.nat(), fc.nat(3), scraps, (value, place, removed, scrap) => {
      const text = JSON.stringify(value)
      const at = place % (text.length + 1)
      // A cut through a surrogate pair is no text that UTF-8 can carry.
      agrees((text.slice(0, at) + scrap + text.slice(at + removed)).toWellFormed())
    }),
    { numRuns: 3000 },
  )
})

test('agrees with JSON.parse on the corners of the grammar', () => {
  const texts = [
    '',
    ' ',
    '{}',
    '[]',
    '{ }',
    '[ ]',
    '{]',
    '[}',
    '{"a":1]',
    '[1}',
    '{,}',
    '[,]',
    '[1,]',
    '{"a":1,}',
    '{"a"}',
    '{"a":}',
    '{a:1}',
    "{'a':1}",
    '01',
    '-',
    '-0',
    '-01',
    '1.',
    '.1',
    '1e',
    '1e+',
    '1E-2',
    '+1',
    '0x1',
    'NaN',
    'tru',
    'true',
    'truex',
    '"\\u00e9"',
    '"\\u00g9"',
    '"\\x"',
    '"\\',
    '"',
    '"\n"',
    '"\u007f"',
    '1 2',
    '[] []',
    '{"id":"a","id":"b"}',
    '{"id":"a","id":{"x":1}}',
    '{"a":{"b":1},"a":2}',
    '{"a":1,"a":{"b":2}}',
    '{"a":{"b":1},"a":{}}',
    '{"a":[7,8]}',
    '[5,{"id":9}]',
    '{"\\u0069d":"escaped key"}',
    '{"a/b":true}',
    '{"__proto__":"p"}',
    '{"id":"\\ud800"}',
    '7',
    '"x"',
  ]
  for (const text of texts) agrees(text)
})

test('refuses bytes that are no UTF-8', () => {
  assert.equal(scan(Buffer.from([0x22, 0xff, 0x22])), 'invalid')
})

test('is not impressed by depth', () => {
  const deep = 3_000_000
  assert.notEqual(scan(Buffer.from('['.repeat(deep) + ']'.repeat(deep))), 'invalid')
  assert.equal(scan(Buffer.from('['.repeat(deep))), 'invalid')
  assert.equal(scan(Buffer.from(`${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}`)).length, pointers.length)
})

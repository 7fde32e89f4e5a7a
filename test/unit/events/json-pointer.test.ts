import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compilePointer } from '../../../src/events/json-pointer.ts'

test('a pointer finds what RFC 6901 says', () => {
  // https://www.rfc-editor.org/rfc/rfc6901#section-5
  const document = JSON.parse('{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"m~n":8," ":7}')
  const expected = {
    '': document,
    '/foo': ['bar', 'baz'],
    '/foo/0': 'bar',
    '/': 0,
    '/a~1b': 1,
    '/c%d': 2,
    '/m~0n': 8,
    '/ ': 7,
  }
  for (const [pointer, value] of Object.entries(expected)) assert.deepEqual(compilePointer(pointer)(document), value)
})

test('a pointer finds nothing that the payload does not hold itself', () => {
  for (const pointer of ['/constructor', '/__proto__', '/toString', '/a/length/x', '/a/b', '/n/a']) {
    assert.equal(compilePointer(pointer)({ a: 'text', n: null }), undefined, pointer)
  }
  assert.equal(compilePointer('/id')(JSON.parse('{"__proto__":{"id":1}}')), undefined)
  assert.equal(compilePointer('/__proto__/id')(JSON.parse('{"__proto__":{"id":1}}')), 1)
})

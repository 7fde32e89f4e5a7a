import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeEventId, encodeEventId, firstSequenceAt } from '../../../src/store/event-id.ts'

const sequence = fc.maxSafeNat()

test('an id gives back its sequence number', () => {
  fc.assert(fc.property(sequence, (seq) => decodeEventId(encodeEventId(seq)) === seq))
})

test('text order is number order', () => {
  fc.assert(fc.property(sequence, sequence, (a, b) => encodeEventId(a) < encodeEventId(b) === a < b))
})

test('a later millisecond begins above everything that one before it can hold', () => {
  const ms = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2092, 0, 1) })
  fc.assert(
    fc.property(ms, fc.nat(4095), (at, n) => {
      const last = firstSequenceAt(at) + n
      return Number.isSafeInteger(last) && last < firstSequenceAt(at + 1)
    }),
  )
})

test('has the documented form', () => {
  assert.equal(encodeEventId(0), 'evt_00000000000')
  assert.equal(encodeEventId(31), 'evt_0000000000z')
  assert.match(encodeEventId(Number.MAX_SAFE_INTEGER), /^evt_[0-9a-hjkmnp-tv-z]{11}$/)
})

test('takes nothing else for an id', () => {
  const others = [
    '',
    'evt_',
    'evt_0000000000',
    'evt_000000000000',
    'EVT_00000000000',
    'evt_0000000000Z',
    'evt_0000000000u',
    'evt_0000000000-',
    ' evt_00000000000',
    'evt_0000000000\u0130',
    'msg_00000000000',
    // Above what a number holds exactly.
    'evt_zzzzzzzzzzz',
  ]
  for (const text of others) assert.equal(decodeEventId(text), null, JSON.stringify(text))
  fc.assert(fc.property(fc.string(), (text) => decodeEventId(text) === null))
})

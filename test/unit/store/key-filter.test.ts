import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { createKeyFilter, loadKeyFilter } from '../../../src/store/sqlite/key-filter.ts'

const word = fc.integer({ min: 0, max: 0xffffffff })

test('never denies a key that it was given, also after it was stored and loaded', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(word, word), { maxLength: 200 }), fc.nat(200), (keys, room) => {
      const filter = createKeyFilter(room)
      for (const [block, pattern] of keys) filter.add(block, pattern)
      const loaded = loadKeyFilter(filter.bytes)
      return keys.every(([block, pattern]) => filter.mayHave(block, pattern) && loaded.mayHave(block, pattern))
    }),
  )
})

test('loads from bytes that lie anywhere in memory', () => {
  const filter = createKeyFilter(10)
  filter.add(1, 2)
  const shifted = Buffer.concat([Buffer.from([0]), filter.bytes]).subarray(1)
  assert.ok(loadKeyFilter(shifted).mayHave(1, 2))
})

test('is rarely wrong about a key that it was not given', () => {
  const keys = 10_000
  const filter = createKeyFilter(keys)
  const bytes = randomBytes(keys * 16)
  const wordOf = (n: number) => bytes.readUInt32LE(n * 4)
  for (let n = 0; n < keys; n++) filter.add(wordOf(4 * n), wordOf(4 * n + 1))
  let wrong = 0
  for (let n = 0; n < keys; n++) if (filter.mayHave(wordOf(4 * n + 2), wordOf(4 * n + 3))) wrong++
  // About one in a thousand is meant; ten times that would mean that every lookup reads from disk.
  assert.ok(wrong < keys / 100, `${wrong} of ${keys}`)
})

import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { createRate } from '../../../src/delivery/rate.ts'

const START = Date.UTC(2026, 0, 2)

it('a rate gives a burst of a second’s worth, then one at a time', () => {
  const rate = createRate(10, START)
  assert.equal(rate.available(START), 10)
  rate.take(10)
  assert.equal(rate.available(START), 0)
  assert.equal(rate.nextAt(START), START + 100)
  assert.equal(rate.available(START + 99), 0)
  assert.equal(rate.available(START + 100), 1)
})

it('a rate below one a second keeps its attempts apart', () => {
  const rate = createRate(0.1, START)
  assert.equal(rate.available(START), 1)
  rate.take(1)
  assert.equal(rate.nextAt(START), START + 10_000)
})

it('a rate is kept over any time, whatever the clock does', () => {
  const step = fc.record({ ms: fc.integer({ min: -5_000, max: 5_000 }), wanted: fc.nat(30) })
  fc.assert(
    fc.property(fc.double({ min: 0.1, max: 50, noNaN: true }), fc.array(step), (perSecond, steps) => {
      const rate = createRate(perSecond, START)
      let now = START
      let forward = 0
      let begun = 0
      for (const { ms, wanted } of steps) {
        now += ms
        forward += Math.max(0, ms)
        const taken = Math.min(wanted, rate.available(now))
        rate.take(taken)
        begun += taken
        assert.ok(begun <= Math.max(1, perSecond) + (forward / 1_000) * perSecond + 1e-6)
        assert.ok(rate.nextAt(now) >= now)
      }
      const next = rate.nextAt(now)
      assert.ok(rate.available(next) >= 1)
      assert.ok(next - now <= 1_000 / perSecond + 1)
    }),
    { numRuns: 2_000 },
  )
})

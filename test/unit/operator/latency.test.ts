import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createAnswerTimes } from '../../../src/operator/latency.ts'

const minute = 60_000

describe('answer times', () => {
  it('are summed up by the minute, each within a quarter of the truth', () => {
    let now = 1_000 * minute
    const times = createAnswerTimes(() => now)
    for (let ms = 1; ms <= 100; ms++) times.observe(ms / 1000)
    const found = times.between(now, now + minute)
    assert.ok(found)
    assert.equal(found.count, 100)
    assert.equal(found.max, 0.1)
    for (const [share, value] of [
      [0.05, found.p50],
      [0.095, found.p95],
      [0.099, found.p99],
    ] as const) {
      assert.ok(value > share / 1.25 && value < share * 1.25, `${value} for ${share}`)
    }
    now += minute
    times.observe(3)
    assert.equal(times.between(now, now + minute)?.count, 1)
    assert.equal(times.between(now - minute, now)?.count, 100)
    assert.equal(times.between(now - minute, now + minute)?.count, 101)
    assert.equal(times.between(now + minute, now + 2 * minute), null)
  })

  it('say no more than the longest, however short or long', () => {
    const times = createAnswerTimes(() => 0)
    times.observe(0)
    assert.deepEqual(times.between(0, minute), { count: 1, p50: 0, p95: 0, p99: 0, max: 0 })
    times.observe(600)
    const found = times.between(0, minute)
    assert.equal(found?.max, 600)
    assert.ok((found?.p99 ?? 0) <= 600)
  })

  it('are forgotten after a day', () => {
    let now = 0
    const times = createAnswerTimes(() => now)
    for (let i = 0; i < 1500; i++) {
      now = i * minute
      times.observe(0.01)
    }
    assert.equal(times.between(0, 60 * minute), null)
    assert.equal(times.between(0, now + minute)?.count, 1440)
  })
})

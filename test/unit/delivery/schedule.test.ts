import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  DEFAULT_SCHEDULE,
  HANDLER_SCHEDULE,
  maxAttempts,
  nextDelay,
  type Schedule,
} from '../../../src/delivery/schedule.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const middle = () => 0.5

/** Every delay of a whole series, first to last. */
function series(schedule: Schedule, random: () => number, retryAfterMs?: number): number[] {
  const delays: number[] = []
  for (let attempt = 1; ; attempt += 1) {
    const delay = nextDelay(schedule, attempt, random, retryAfterMs)
    if (delay === null) return delays
    delays.push(delay)
  }
}

describe('the retry schedule', () => {
  it('is at once, 5 s, 30 s, 2 min, 10 min, 30 min, 1 h, 2 h, 4 h, then every 6 h', () => {
    const delays = series(DEFAULT_SCHEDULE, middle)
    const first = [5_000, 30_000, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR]
    assert.deepEqual(delays.slice(0, 8), first)
    assert.deepEqual(delays.slice(8, -1), new Array(10).fill(6 * HOUR))
    assert.equal(delays.length, 19)
    assert.equal(maxAttempts(DEFAULT_SCHEDULE), 20)
  })

  it('ends 72 hours after the first attempt', () => {
    const total = series(DEFAULT_SCHEDULE, middle).reduce((sum, delay) => sum + delay, 0)
    assert.equal(total, 72 * HOUR)
  })

  it('of a handler is the same, and ends after a day', () => {
    const delays = series(HANDLER_SCHEDULE, middle)
    assert.deepEqual(delays.slice(0, 10), DEFAULT_SCHEDULE.delays.slice(0, 10))
    assert.equal(
      delays.reduce((sum, delay) => sum + delay, 0),
      24 * HOUR,
    )
  })

  it('spreads every delay by no more than a fifth, whatever chance gives, over the whole 72 hours', () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    fc.assert(
      fc.property(fc.array(random, { minLength: 19, maxLength: 19 }), (numbers) => {
        const delays = series(DEFAULT_SCHEDULE, () => numbers.shift() ?? 0)
        assert.equal(delays.length, 19)
        delays.forEach((delay, i) => {
          const nominal = DEFAULT_SCHEDULE.delays[i] ?? Number.NaN
          assert.ok(delay >= nominal * 0.8 - 1 && delay <= nominal * 1.2 + 1, `${delay} is far from ${nominal}`)
        })
        const total = delays.reduce((sum, delay) => sum + delay, 0)
        assert.ok(total >= 0.8 * 72 * HOUR - 19 && total <= 1.2 * 72 * HOUR + 19)
      }),
    )
  })

  it('uses the whole spread', () => {
    assert.equal(
      nextDelay(DEFAULT_SCHEDULE, 1, () => 0),
      4_000,
    )
    assert.equal(
      nextDelay(DEFAULT_SCHEDULE, 1, () => 1 - 2 ** -53),
      6_000,
    )
  })
})

describe('Retry-After within the schedule', () => {
  it('is honoured between the scheduled delay and a day', () => {
    assert.equal(nextDelay(DEFAULT_SCHEDULE, 1, middle, 60_000), 60_000)
    assert.equal(nextDelay(DEFAULT_SCHEDULE, 1, middle, 0), 5_000)
    assert.equal(nextDelay(DEFAULT_SCHEDULE, 1, middle, 48 * HOUR), 24 * HOUR)
    assert.equal(nextDelay(DEFAULT_SCHEDULE, 1, middle, Number.POSITIVE_INFINITY), 24 * HOUR)
    assert.equal(nextDelay(DEFAULT_SCHEDULE, 1, middle, Number.NaN), 5_000)
  })

  it('may reach twice a delay that is longer than half a day', () => {
    const slow = { delays: [20 * HOUR], jitter: 0 }
    assert.equal(nextDelay(slow, 1, middle, 30 * HOUR), 30 * HOUR)
    assert.equal(nextDelay(slow, 1, middle, 50 * HOUR), 40 * HOUR)
  })

  it('never shortens a delay, never adds an attempt and never goes past its ceiling', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 25 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.oneof(fc.double(), fc.integer({ min: 0, max: 100 * HOUR })),
        (attempt, chance, asked) => {
          const plain = nextDelay(DEFAULT_SCHEDULE, attempt, () => chance)
          const bounded = nextDelay(DEFAULT_SCHEDULE, attempt, () => chance, asked)
          if (plain === null) return assert.equal(bounded, null)
          assert.ok(bounded !== null && bounded >= plain && bounded <= Math.max(2 * plain, 24 * HOUR))
          if (asked >= plain && asked <= 24 * HOUR) assert.equal(bounded, asked)
        },
      ),
    )
  })
})

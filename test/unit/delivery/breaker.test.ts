import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { createBreaker, DEFAULT_BREAKER, type Sign } from '../../../src/delivery/breaker.ts'

const START = Date.UTC(2026, 0, 2)
const { pauseMs, maxPauseMs, windowMs } = DEFAULT_BREAKER

function opened(now = START) {
  const breaker = createBreaker(DEFAULT_BREAKER)
  for (let i = 1; i < 10; i += 1) assert.equal(breaker.record('fails', now), null)
  assert.equal(breaker.record('fails', now), 'opened')
  return breaker
}

describe('a breaker', () => {
  it('opens when seven of ten attempts failed, not when six did', () => {
    for (const failures of [6, 7]) {
      const breaker = createBreaker(DEFAULT_BREAKER)
      for (let i = 0; i < 10 - failures; i += 1) breaker.record('works', START)
      const changes = Array.from({ length: failures }, () => breaker.record('fails', START))
      assert.equal(changes.at(-1), failures === 7 ? 'opened' : null)
      assert.equal(breaker.state(START), failures === 7 ? 'open' : 'closed')
    }
  })

  it('forgets what was before its window', () => {
    const breaker = createBreaker(DEFAULT_BREAKER)
    for (let i = 0; i < 9; i += 1) breaker.record('fails', START)
    assert.equal(breaker.record('fails', START + windowMs), null)
  })

  it('opens after twenty failures in a row, however seldom', () => {
    const breaker = createBreaker(DEFAULT_BREAKER)
    const changes = Array.from({ length: 20 }, (_, i) => breaker.record('fails', START + i * windowMs))
    assert.deepEqual(changes.slice(0, -1), Array(19).fill(null))
    assert.equal(changes.at(-1), 'opened')
  })

  it('lets nothing begin while it is open, then one attempt at a time', () => {
    const breaker = opened()
    assert.equal(breaker.allowance(START, 0), 0)
    assert.equal(breaker.opensUntil(START), START + pauseMs)
    assert.equal(breaker.allowance(START + pauseMs - 1, 0), 0)
    assert.equal(breaker.state(START + pauseMs), 'half-open')
    assert.equal(breaker.opensUntil(START + pauseMs), null)
    assert.equal(breaker.allowance(START + pauseMs, 0), 1)
    assert.equal(breaker.allowance(START + pauseMs, 1), 0)
  })

  it('pauses twice as long after each probe that failed, up to its maximum', () => {
    const breaker = opened()
    let now = START
    for (let pause = pauseMs; pause < 10 * maxPauseMs; pause *= 2) {
      const expected = Math.min(pause, maxPauseMs)
      assert.equal(breaker.opensUntil(now), now + expected)
      now += expected
      assert.equal(breaker.record('fails', now), null)
    }
  })

  it('closes with a success, even a late one, and starts afresh', () => {
    for (const after of [1, pauseMs]) {
      const breaker = opened()
      assert.equal(breaker.record('works', START + after), 'closed')
      assert.equal(breaker.allowance(START + after, 50), Number.POSITIVE_INFINITY)
      for (let i = 0; i < 9; i += 1) assert.equal(breaker.record('fails', START + after), null)
      assert.equal(breaker.record('fails', START + after), 'opened')
      assert.equal(breaker.opensUntil(START + after), START + after + pauseMs)
    }
  })

  it('starts afresh too when it was another process that found the destination back', () => {
    const breaker = opened()
    for (let i = 0; i < 20; i += 1) breaker.record('fails', START)
    breaker.follow('closed', START + 1)
    assert.equal(breaker.record('fails', START + 2), null)
    assert.equal(breaker.state(START + 2), 'closed')
  })

  it('learns nothing from an attempt that was broken off', () => {
    const breaker = opened()
    assert.equal(breaker.record('neither', START + pauseMs), null)
    assert.equal(breaker.state(START + pauseMs), 'half-open')
  })

  it('does not count failures that come while it is open', () => {
    const breaker = opened()
    for (let i = 0; i < 50; i += 1) breaker.record('fails', START + 1)
    assert.equal(breaker.opensUntil(START + 1), START + pauseMs)
  })

  it('ends its pause when the operator wants it tried, after which pauses are short again', () => {
    const breaker = opened()
    let now = START + pauseMs
    breaker.record('fails', now)
    assert.equal(breaker.opensUntil(now), now + 2 * pauseMs)
    now += 1
    breaker.follow('tried', now)
    assert.equal(breaker.state(now), 'half-open')
    assert.equal(breaker.allowance(now, 0), 1)
    breaker.record('fails', now + 5, now)
    assert.equal(breaker.opensUntil(now + 5), now + 5 + pauseMs)
    breaker.follow('tried', now + 6)
    assert.equal(breaker.record('works', now + 7, now + 6), 'closed')
  })

  it('is tried by a process that hears of both at once, that it opened and that it should be', () => {
    const breaker = createBreaker(DEFAULT_BREAKER)
    breaker.follow('tried', START)
    assert.equal(breaker.state(START + 1), 'half-open')
  })

  it('takes no failure for a probe that began before its pause was over', () => {
    for (const ask of [true, false]) {
      const breaker = opened()
      const over = ask ? START + 10 : START + pauseMs
      if (ask) breaker.follow('tried', over)
      assert.equal(breaker.record('fails', over + 5, over - 1), null)
      assert.equal(breaker.state(over + 5), 'half-open')
      breaker.record('fails', over + 6, over)
      assert.equal(breaker.state(over + 6), 'open')
    }
  })

  it('is never held longer than its pause by a clock that was set back', () => {
    const breaker = opened()
    const before = START - 3_600_000
    assert.equal(breaker.opensUntil(before), before + pauseMs)
  })

  it('is never open longer than its longest pause, nor lets two attempts begin before it is closed', () => {
    const step = fc.record({
      sign: fc.constantFrom<Sign>('works', 'fails', 'neither'),
      asked: fc.boolean(),
      ms: fc.nat(2 * maxPauseMs),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const breaker = createBreaker(DEFAULT_BREAKER)
        let now = START
        for (const { sign, asked, ms } of steps) {
          now += ms
          if (asked) breaker.follow('tried', now)
          breaker.record(sign, now)
          const until = breaker.opensUntil(now)
          if (until !== null) assert.ok(until > now && until <= now + maxPauseMs)
          const allowed = breaker.allowance(now, 0)
          assert.equal(allowed, { closed: Number.POSITIVE_INFINITY, open: 0, 'half-open': 1 }[breaker.state(now)])
          if (sign === 'works') assert.equal(breaker.state(now), 'closed')
        }
      }),
    )
  })
})

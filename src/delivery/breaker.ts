/** When a destination is left alone because it only fails. Times in milliseconds. */
export interface BreakerPolicy {
  /** Opens when at least this share of the attempts in the window failed … */
  readonly failureRatio: number
  /** … of at least so many. */
  readonly minAttempts: number
  readonly windowMs: number
  /** Opens too after so many failures in a row, however long they took. */
  readonly consecutiveFailures: number
  /** How long it stays open at first; doubles with every probe that fails. */
  readonly pauseMs: number
  readonly maxPauseMs: number
}

/**
 * Open: no attempts begin, and none is spent. Half-open: the pause is over, and one attempt at a time tells whether the
 * destination is back.
 */
export type BreakerState = 'closed' | 'open' | 'half-open'

/** What an attempt says of its destination: `neither` when it was broken off. */
export type Sign = 'works' | 'fails' | 'neither'

/** What becomes known of a breaker; `tried`: the operator ends its pause. */
export type BreakerChange = 'opened' | 'closed' | 'tried'

export interface Breaker {
  state(now: number): BreakerState
  /** How many more attempts may begin now, `running` being under way. */
  allowance(now: number, running: number): number
  /** When an open one will try again, in Unix milliseconds; null when it is not open. */
  opensUntil(now: number): number | null
  /**
   * @param startedAt when the attempt began: one that began before the pause was over is no probe
   * @returns whether this changed the state, and to what
   */
  record(sign: Sign, now: number, startedAt?: number): 'opened' | 'closed' | null
  /**
   * Somebody else says so at this time: another process found out that the destination only fails, or is back; or the
   * operator wants it tried now, after which pauses are short again.
   */
  follow(change: BreakerChange, at: number): void
}

const SECOND = 1_000
const MINUTE = 60 * SECOND

export const DEFAULT_BREAKER: BreakerPolicy = Object.freeze({
  failureRatio: 0.7,
  minAttempts: 10,
  windowMs: 5 * MINUTE,
  consecutiveFailures: 20,
  pauseMs: 30 * SECOND,
  maxPauseMs: 10 * MINUTE,
})

/** The window slides in steps of a tenth of it. */
const BUCKETS = 10

interface Bucket {
  /** Number of the step of time that it counts. */
  step: number
  attempts: number
  failures: number
}

/**
 * Watches how attempts at one destination end, in constant memory. A success of any attempt, a late one included, closes
 * it: whatever answers is back.
 */
export function createBreaker(policy: BreakerPolicy): Breaker {
  const stepMs = policy.windowMs / BUCKETS
  const buckets: Bucket[] = Array.from({ length: BUCKETS }, () => ({ step: -1, attempts: 0, failures: 0 }))
  let row = 0
  let pauseMs = policy.pauseMs
  /** Unix milliseconds; null: closed. */
  let openedAt: number | null = null

  /** A clock that was set back must not make the pause longer than it is. */
  function pauseEnds(now: number): number {
    if (openedAt === null) return now
    if (openedAt > now) openedAt = now
    return openedAt + pauseMs
  }

  function state(now: number): BreakerState {
    if (openedAt === null) return 'closed'
    return now < pauseEnds(now) ? 'open' : 'half-open'
  }

  function count(failed: boolean, now: number): void {
    const step = Math.floor(now / stepMs)
    const bucket = buckets[step % BUCKETS]
    if (bucket === undefined) return
    if (bucket.step !== step) Object.assign(bucket, { step, attempts: 0, failures: 0 })
    bucket.attempts += 1
    if (failed) bucket.failures += 1
  }

  function failsMostly(now: number): boolean {
    const step = Math.floor(now / stepMs)
    let attempts = 0
    let failures = 0
    for (const bucket of buckets) {
      if (bucket.step > step || bucket.step <= step - BUCKETS) continue
      attempts += bucket.attempts
      failures += bucket.failures
    }
    return attempts >= policy.minAttempts && failures >= policy.failureRatio * attempts
  }

  function close(): void {
    openedAt = null
    row = 0
    pauseMs = policy.pauseMs
    for (const bucket of buckets) bucket.step = -1
  }

  return {
    state,
    allowance(now, running) {
      const current = state(now)
      if (current === 'closed') return Number.POSITIVE_INFINITY
      return current === 'half-open' && running === 0 ? 1 : 0
    },
    follow(change, at) {
      if (change === 'closed') close()
      else if (change === 'opened') openedAt ??= at
      else {
        openedAt = at
        pauseMs = 0
      }
    },
    opensUntil: (now) => (state(now) === 'open' ? pauseEnds(now) : null),
    record(sign, now, startedAt = now) {
      if (sign === 'neither') return null
      if (sign === 'works') {
        row = 0
        if (openedAt === null) {
          count(false, now)
          return null
        }
        close()
        return 'closed'
      }
      row += 1
      switch (state(now)) {
        case 'open':
          return null
        case 'half-open':
          if (startedAt < pauseEnds(now)) return null
          pauseMs = Math.min(Math.max(2 * pauseMs, policy.pauseMs), policy.maxPauseMs)
          openedAt = now
          return null
        case 'closed':
          count(true, now)
          if (row < policy.consecutiveFailures && !failsMostly(now)) return null
          openedAt = now
          return 'opened'
      }
    },
  }
}

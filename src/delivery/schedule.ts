/** When a failed delivery is tried again. */
export interface Schedule {
  /** Milliseconds from the end of one attempt to the next; one more attempt than entries. */
  readonly delays: readonly number[]
  /** Each delay is spread by this share either way, so that what failed together does not come back together. */
  readonly jitter: number
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** A peer that asks for more patience than twice the schedule still gets up to a day. */
const RETRY_AFTER_CEILING = 24 * HOUR

/** Builds the delays: `first` as given, then every `step` until `total` has passed; the last one ends exactly there. */
function spread(first: readonly number[], step: number, total: number): readonly number[] {
  const delays = [...first]
  let elapsed = first.reduce((sum, delay) => sum + delay, 0)
  while (elapsed < total) {
    const delay = Math.min(step, total - elapsed)
    delays.push(delay)
    elapsed += delay
  }
  return Object.freeze(delays)
}

const FIRST_DELAYS = [5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR]

/**
 * At once, then after 5 s, 30 s, 2 min, 10 min, 30 min, 1 h, 2 h, 4 h, then every 6 h; the last attempt comes 72 h after
 * the first, which covers a weekend.
 */
export const DEFAULT_SCHEDULE: Schedule = Object.freeze({
  delays: spread(FIRST_DELAYS, 6 * HOUR, 72 * HOUR),
  jitter: 0.2,
})

/**
 * For handlers: the same, but for a day. What fails for longer in the gateway's own process most often needs a change of its
 * code, after which what is dead is replayed.
 */
export const HANDLER_SCHEDULE: Schedule = Object.freeze({
  delays: spread(FIRST_DELAYS, 6 * HOUR, 24 * HOUR),
  jitter: DEFAULT_SCHEDULE.jitter,
})

/** How many attempts the schedule allows in all. */
export function maxAttempts(schedule: Schedule): number {
  return schedule.delays.length + 1
}

/**
 * How long to wait after a failed attempt.
 *
 * @param attempt number of the attempt that failed, 1 for the first
 * @param random gives a number from 0 to 1, 1 excluded
 * @param retryAfterMs what the peer asked for; honoured between the scheduled delay and the larger of twice that delay
 *   and 24 hours
 * @returns milliseconds, or null when that was the last attempt
 */
export function nextDelay(
  schedule: Schedule,
  attempt: number,
  random: () => number,
  retryAfterMs?: number,
): number | null {
  const nominal = schedule.delays[attempt - 1]
  if (nominal === undefined) return null
  const delay = Math.round(nominal * (1 + schedule.jitter * (2 * random() - 1)))
  if (retryAfterMs === undefined || Number.isNaN(retryAfterMs)) return delay
  const ceiling = Math.max(2 * delay, RETRY_AFTER_CEILING)
  return Math.min(Math.max(retryAfterMs, delay), ceiling)
}

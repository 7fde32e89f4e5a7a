/** How an attempt ended that reached its destination. Times are Unix milliseconds. */
export interface HeardAnswer {
  readonly startedAt: number
  readonly endedAt: number
  /** For how long the destination asked to be left alone, in milliseconds; undefined: it did not. */
  readonly retryAfterMs: number | undefined
}

/**
 * The pause that a destination asks for with `Retry-After`. What is not under way yet waits for its end and spends no
 * attempt; then one delivery at a time asks whether it may go on.
 */
export interface AskedPause {
  /** Whether the destination has asked for a pause and has not been heard to take deliveries again since. */
  isOn(): boolean
  /** How many more attempts may begin now, `running` being under way. */
  allowance(now: number, running: number): number
  /** When it ends; null: there is none, or what is due next asks. */
  until(now: number): number | null
  /** @returns whether this is the first that is heard of a pause */
  hear(answer: HeardAnswer): boolean
  /** The operator wants it tried now. */
  cutShort(now: number): void
}

/** After so long it is asked again, by one delivery, since nobody would notice a slip of the destination's before. */
const longestMs = 3_600_000

export function createAskedPause(): AskedPause {
  let on = false
  let from = 0
  let ms = 0

  /** A clock that was set back must not make the pause longer than it is. */
  function end(now: number): number {
    if (from > now) from = now
    return from + ms
  }

  return {
    isOn: () => on,
    allowance(now, running) {
      if (!on) return Number.POSITIVE_INFINITY
      return now >= end(now) && running === 0 ? 1 : 0
    },
    until: (now) => (on && now < end(now) ? end(now) : null),
    hear({ startedAt, endedAt, retryAfterMs = 0 }) {
      if (retryAfterMs > 0) {
        const asked = Math.min(retryAfterMs, longestMs)
        const isFirst = !on
        // Attempts that were under way together hear different times: the latest counts.
        if (isFirst || endedAt + asked > end(endedAt)) {
          from = endedAt
          ms = asked
        }
        on = true
        return isFirst
      }
      // What began before the pause was over says nothing of what comes after it.
      if (on && startedAt >= end(endedAt)) on = false
      return false
    },
    cutShort(now) {
      from = now
      ms = 0
    },
  }
}

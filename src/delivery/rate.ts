/** Holds attempts to a number per second, with a burst of up to a second's worth after a quiet time. */
export interface Rate {
  /** How many attempts may begin now. */
  available(now: number): number
  /** Counts attempts that begin. */
  take(attempts: number): void
  /** When one may begin, in Unix milliseconds. */
  nextAt(now: number): number
}

/** What adding up fractions may be off by. */
const rounding = 1e-9

/** @param perSecond more than 0; fractions are meant: 0.1 is one attempt in ten seconds */
export function createRate(perSecond: number, now: number): Rate {
  const burst = Math.max(1, perSecond)
  let tokens = burst
  let filledAt = now

  function fill(at: number): void {
    // A clock that was set back gives nothing, and costs nothing.
    if (at > filledAt) tokens = Math.min(burst, tokens + ((at - filledAt) / 1_000) * perSecond)
    filledAt = at
  }

  return {
    available(at) {
      fill(at)
      return Math.max(0, Math.floor(tokens + rounding))
    },
    take(attempts) {
      tokens -= attempts
    },
    nextAt(at) {
      fill(at)
      return tokens + rounding >= 1 ? at : at + Math.ceil(((1 - tokens) * 1_000) / perSecond)
    },
  }
}

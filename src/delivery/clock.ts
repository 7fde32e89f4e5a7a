/** Time as the delivery engine sees it; tests bring their own. */
export interface Clock {
  /** Unix milliseconds. */
  now(): number
  /** Runs a function once after `ms` milliseconds; the result cancels it. */
  setTimer(run: () => void, ms: number): () => void
}

export const systemClock: Clock = {
  now: Date.now,
  setTimer(run, ms) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}

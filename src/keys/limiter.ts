/** How many fetches may follow each other at once, and after how long another one is allowed. */
const burst = 10
const refillMs = 6_000

/** Counts fetches by service, so that requests which name ever new keys cost its server next to nothing. */
export interface Limiter {
  /** False: not now. `nowMs`: Unix milliseconds. */
  take(service: string, nowMs: number): boolean
}

export function createLimiter(): Limiter {
  /** Services come from rows and settings, so there are few. */
  const buckets = new Map<string, { left: number; at: number }>()
  return {
    take(service, nowMs) {
      const bucket = buckets.get(service) ?? { left: burst, at: nowMs }
      buckets.set(service, bucket)
      // A clock that was set back gives nothing, and takes nothing.
      const earned = Math.max(0, (nowMs - bucket.at) / refillMs)
      bucket.left = Math.min(burst, bucket.left + earned)
      bucket.at = nowMs
      if (bucket.left < 1) return false
      bucket.left -= 1
      return true
    },
  }
}

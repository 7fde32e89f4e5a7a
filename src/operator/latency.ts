/** How long answers took, minute by minute, since the start. */
export interface AnswerTimes {
  /** @param seconds from the first byte of a request until its event was answered 200 */
  observe(seconds: number): void
  /** Of one stretch of time, Unix milliseconds; null where nothing was answered, or it is forgotten. */
  between(from: number, to: number): AnswerSummary | null
}

/** In seconds. Percentiles are estimates: right to within the bucket of the histogram that they fall into. */
export interface AnswerSummary {
  readonly count: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly max: number
}

interface Minute {
  readonly minute: number
  /** One per bucket, and one for what is longer than all. */
  readonly counts: Uint32Array
  max: number
}

const minuteMs = 60_000
/** A day. */
const keptMinutes = 1440
/** Upper ends, in seconds: each a quarter above the one before, from a tenth of a millisecond to a minute. */
const ends: readonly number[] = Array.from({ length: 61 }, (_, i) => 0.0001 * 1.25 ** i)
const growth = Math.log(1.25)

/** @param now Unix milliseconds */
export function createAnswerTimes(now: () => number): AnswerTimes {
  const ring = new Map<number, Minute>()
  let current: Minute | null = null

  function minuteAt(minute: number): Minute {
    const known = ring.get(minute)
    if (known !== undefined) return known
    const started = { minute, counts: new Uint32Array(ends.length + 1), max: 0 }
    ring.set(minute, started)
    for (const old of ring.keys()) {
      // The oldest come first, but for a clock that was set back.
      if (old > minute - keptMinutes && ring.size <= keptMinutes) break
      ring.delete(old)
    }
    return started
  }

  return {
    observe(seconds) {
      const minute = Math.floor(now() / minuteMs)
      if (current === null || current.minute !== minute) current = minuteAt(minute)
      const bucket = bucketOf(seconds)
      current.counts[bucket] = (current.counts[bucket] ?? 0) + 1
      if (seconds > current.max) current.max = seconds
    },
    between(from, to) {
      const sums = new Array<number>(ends.length + 1).fill(0)
      let [count, max] = [0, 0]
      for (const { minute, counts, max: longest } of ring.values()) {
        if (minute * minuteMs < from || minute * minuteMs >= to) continue
        for (const [i, n] of counts.entries()) {
          sums[i] = (sums[i] ?? 0) + n
          count += n
        }
        max = Math.max(max, longest)
      }
      if (count === 0) return null
      const at = (share: number) => percentile(sums, count, max, share)
      return { count, p50: at(0.5), p95: at(0.95), p99: at(0.99), max }
    },
  }
}

function bucketOf(seconds: number): number {
  if (seconds <= 0.0001) return 0
  return Math.min(ends.length, Math.ceil(Math.log(seconds / 0.0001) / growth))
}

/** Within its bucket a value is taken to lie as far as its rank. */
function percentile(sums: readonly number[], count: number, max: number, share: number): number {
  const rank = Math.max(1, Math.ceil(count * share))
  let below = 0
  for (const [i, n] of sums.entries()) {
    if (below + n >= rank) {
      const low = i === 0 ? 0 : (ends[i - 1] ?? max)
      const high = Math.min(ends[i] ?? max, max)
      return low + (high - low) * ((rank - below) / n)
    }
    below += n
  }
  return max
}

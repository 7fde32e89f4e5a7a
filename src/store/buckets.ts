import { minuteAt, startOfMinute } from './event-id.ts'
import type { StatisticsQuery } from './types.ts'

const msPerMinute = 60_000
export const minutesPerHour = 60

/** Stretches of time of one length, into which counts are put together. */
export interface Buckets {
  /** In minutes: the length of each, when the first begins and when the last has ended. */
  readonly width: number
  readonly first: number
  readonly end: number
  /** Counts that are kept by the hour will do. */
  readonly hourly: boolean
  /** Unix milliseconds at which a bucket begins; they are counted from the start of 2024. */
  startOf(bucket: number): number
}

/** Whole buckets around the period that is asked for. */
export function bucketsOf({ from, to, bucketMs }: StatisticsQuery): Buckets {
  const width = Math.max(1, Math.round(bucketMs / msPerMinute))
  return {
    width,
    first: Math.floor(minuteAt(from) / width) * width,
    end: Math.ceil(minuteAt(to + msPerMinute - 1) / width) * width,
    hourly: width % minutesPerHour === 0,
    startOf: (bucket) => startOfMinute(bucket * width),
  }
}

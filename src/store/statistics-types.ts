/** Counts over time, for plots. They may miss what happened in the last second before a crash. */

export interface StatisticsQuery {
  /** From this time, to before that one, Unix milliseconds; widened to whole buckets. */
  readonly from: number
  readonly to: number
  /** A whole number of minutes, in milliseconds. */
  readonly bucketMs: number
}

export interface EventCounts {
  /** Start of the bucket, Unix milliseconds. */
  readonly at: number
  readonly source: string
  readonly accepted: number
  readonly duplicates: number
  /** Bytes of the bodies of accepted events. */
  readonly bytes: number
}

export interface DeliveryCounts {
  readonly at: number
  readonly destination: string
  /** Attempts that were settled as done, retry and dead. */
  readonly done: number
  readonly retry: number
  readonly dead: number
}

export interface RejectionCounts {
  readonly at: number
  readonly source: string | null
  readonly cause: string
  readonly count: number
}

/** Buckets in which nothing happened are left out; oldest first. */
export interface Statistics {
  readonly events: readonly EventCounts[]
  readonly deliveries: readonly DeliveryCounts[]
  readonly rejections: readonly RejectionCounts[]
}

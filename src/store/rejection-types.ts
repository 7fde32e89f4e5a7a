/** Rejected requests that are kept for the operator: bounded by count, bytes and age, the oldest go first. */

export interface NewRejection {
  /** Null: no source was found for the request. */
  readonly source: string | null
  /** A word that names why, such as `signature_mismatch`. */
  readonly cause: string
  /** One line for the operator; never a secret. */
  readonly detail: string | null
  /** Unix milliseconds. */
  readonly receivedAt: number
  readonly method: string
  /** Path and query, as requested. */
  readonly url: string
  readonly remoteAddress: string | null
  readonly headers: readonly string[]
  /** Null: it was not read. */
  readonly body: Uint8Array | null
  /** Bytes of the body as it was announced, where it was not read (those of `body`). */
  readonly bodySize?: number
  /** How many rejected requests this one stands for, where not all are handed in (1). Counted in the statistics. */
  readonly count?: number
}

export interface RejectionSummary extends Omit<NewRejection, 'headers' | 'body' | 'bodySize' | 'count'> {
  /** `rej_…`: unique, and sorts by the time of storing. */
  readonly id: string
  readonly bodySize: number
}

export interface StoredRejection extends RejectionSummary {
  readonly headers: readonly string[]
  /** Null: it was not read, or was too large to keep. */
  readonly body: Uint8Array | null
}

export interface RejectionQuery {
  readonly limit: number
  /** Only those older than this id. */
  readonly before?: string
  /** Only those newer than this id (which may be gone), and the oldest first. */
  readonly after?: string
  readonly source?: string
  readonly cause?: string
  /** Received at this time or later, and before that time (Unix milliseconds). */
  readonly from?: number
  readonly to?: number
}

export interface RejectionPage {
  /** Newest first, if not asked for otherwise. */
  readonly rejections: readonly RejectionSummary[]
  /** Id of the last one, if there are more. */
  readonly next: string | null
}

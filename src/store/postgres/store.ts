import type { RejectionLimits } from '../sqlite/rejections.ts'

export interface PostgresStoreOptions {
  /** `postgres://…`, as the setting has it. */
  readonly url: string
  /** Schema in which the tables are, made if there is none (`posthorn`). */
  readonly schema?: string
  /** Connections at most, at least 3 (10). */
  readonly poolSize?: number
  readonly dedupRetentionMs: number
  /** How long an accept may wait for its commit, in milliseconds (1,000). */
  readonly timeoutMs?: number
  /** How many events may wait for a commit (10,000). */
  readonly maxPendingEvents?: number
  /** How many bytes of bodies may wait (128 MiB). */
  readonly maxPendingBytes?: number
  /** How many rejections are kept, and how large (10,000 in 256 MiB, bodies up to 1 MiB). */
  readonly rejections?: Partial<RejectionLimits>
  /** How many rows one question may look at (50,000). */
  readonly scanRows?: number
  /** Told of every commit: how many events shared it, and the seconds until it was durable. */
  readonly onCommit?: (events: number, seconds: number) => void
}

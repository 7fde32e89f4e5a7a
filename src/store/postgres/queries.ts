import type { RejectionLimits } from '../sqlite/rejections.ts'
import type { Store } from '../types.ts'
import type { Database } from './database.ts'
import type { Names } from './names.ts'
import type { Settled } from './settled.ts'
import type { Tallies } from './tallies.ts'

/** What people and the operator's surface ask, and what is changed in bulk. */
export type Queries = Pick<
  Store,
  | 'list'
  | 'get'
  | 'find'
  | 'attempts'
  | 'changes'
  | 'deliveries'
  | 'countDeliveries'
  | 'replayBatch'
  | 'discardBatch'
  | 'destinations'
  | 'reject'
  | 'rejections'
  | 'getRejection'
  | 'deleteRejection'
  | 'statistics'
>

export interface QueryParts {
  readonly database: Database
  readonly names: Names
  /** For `changes`. */
  readonly settled: Settled
  readonly tallies: Tallies
  /** How many rows one question may look at. */
  readonly scanRows: number
  readonly rejections: RejectionLimits
}

import { encodeEventId } from '../event-id.ts'
import type { RejectionLimits } from '../rejection-limits.ts'
import type { ServerClock } from '../server-clock.ts'
import type { Store } from '../types.ts'
import { createBatches } from './batches.ts'
import type { Database } from './database.ts'
import { createDeliveryQueries } from './delivery-queries.ts'
import { createDeliveryScan } from './delivery-scan.ts'
import { createDestinationQueries } from './destination-queries.ts'
import { createEventQueries } from './event-queries.ts'
import { createEventScan } from './event-scan.ts'
import { hashKey } from './keys.ts'
import type { Names } from './names.ts'
import { createNotes } from './notes.ts'
import { createRejections } from './rejections.ts'
import type { Settled } from './settled.ts'
import { createStatisticQueries } from './statistic-queries.ts'
import type { Tallies } from './tallies.ts'

/** What people and the operator's surface ask, and what is changed in bulk. */
export type Queries = Pick<
  Store,
  | 'list'
  | 'get'
  | 'find'
  | 'attempts'
  | 'changes'
  | 'newest'
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
  | 'notes'
  | 'note'
  | 'setNote'
>

export interface QueryParts {
  readonly database: Database
  readonly names: Names
  /** For `changes`. */
  readonly settled: Settled
  readonly tallies: Tallies
  readonly clock: Pick<ServerClock, 'now'>
  /** How many rows one question may look at. */
  readonly scanRows: number
  readonly rejections: RejectionLimits
}

export function createQueries(parts: QueryParts): Queries {
  const { database, names, settled, tallies, scanRows } = parts
  const { query, tables: t } = database
  const deliveries = createDeliveryScan(database, scanRows)
  const events = createEventScan(database, deliveries, scanRows)
  const statistics = createStatisticQueries(database)

  return {
    ...createEventQueries(database, events, settled),
    ...createDeliveryQueries(database, deliveries),
    ...createBatches({ database, names, deliveries, events }),
    ...createRejections(database, tallies, parts.clock, parts.rejections),
    ...createNotes(database),
    destinations: createDestinationQueries(database),
    async find(dedupKey) {
      const [row] = await query(`SELECT seq FROM ${t.keys} WHERE key = $1::uuid`, [hashKey(dedupKey)])
      return row === undefined ? null : encodeEventId(Number(row['seq']))
    },
    async statistics(wanted) {
      // Counts that could not be written are missing; those that were are worth showing all the same.
      await tallies.flush().catch(() => {})
      return statistics(wanted)
    },
  }
}

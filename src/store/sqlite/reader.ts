import { openDatabase } from './connection.ts'
import { createDeliveryQueries, type DeliveryQueries } from './delivery-queries.ts'
import { createDeliveryScan } from './delivery-scan.ts'
import { createDestinationQueries, type DestinationQueries } from './destination-queries.ts'
import { createEventQueries, type EventQueries } from './event-queries.ts'
import { createEventScan } from './event-scan.ts'
import { createRejectionQueries, type RejectionQueries } from './rejection-queries.ts'
import { createStatisticQueries, type StatisticQueries } from './statistic-queries.ts'

/** Reads beside the writer, and copies its log into the database so that the writer need not. */
export interface Reader {
  readonly events: EventQueries
  readonly deliveries: DeliveryQueries
  readonly destinations: DestinationQueries
  readonly rejections: RejectionQueries
  readonly statistics: StatisticQueries
  /** Copies what it can without holding up the writer; says how many pages the log has and how many are copied. */
  checkpoint(): { readonly pages: number; readonly copied: number }
  close(): void
}

export interface ReaderOptions {
  readonly dataDir: string
  /** How many rows one question may look at in turn (50,000): what follows is for the next page. */
  readonly scanRows?: number
}

/** @throws {StoreOpenError} */
export function openReader({ dataDir, scanRows = 50_000 }: ReaderOptions): Reader {
  const db = openDatabase(dataDir)
  const scanDeliveries = createDeliveryScan(db, scanRows)
  const checkpoint = db.prepare('PRAGMA wal_checkpoint(PASSIVE)')

  return {
    events: createEventQueries(db, createEventScan(db, scanDeliveries, scanRows)),
    deliveries: createDeliveryQueries(db, scanDeliveries),
    destinations: createDestinationQueries(db),
    rejections: createRejectionQueries(db),
    statistics: createStatisticQueries(db),
    checkpoint() {
      const row = checkpoint.get()
      return { pages: Number(row?.['log'] ?? 0), copied: Number(row?.['checkpointed'] ?? 0) }
    },
    close() {
      db.close()
    },
  }
}

import type { DatabaseSync } from 'node:sqlite'
import { encodeEventId } from '../event-id.ts'
import { type Row, toDelivery } from '../sql/rows.ts'
import type { BatchStep, DeliveryFilter, DeliveryPage, DeliveryQuery } from '../types.ts'
import type { ScanDeliveries, ScanRequest, ScanResult } from './delivery-scan.ts'

/** Reading deliveries. */
export interface DeliveryQueries {
  page(query: DeliveryQuery): DeliveryPage
  count(filter: DeliveryFilter, after: string | undefined): BatchStep
  find(request: ScanRequest): ScanResult
}

export function createDeliveryQueries(db: DatabaseSync, find: ScanDeliveries): DeliveryQueries {
  const selectDelivery = db.prepare(
    `SELECT n.name, d.state, d.attempt, d.series_start, d.due_at, d.last_status, d.last_error, d.order_key,
       e.source, e.type, e.received_at
     FROM deliveries d JOIN destinations n ON n.id = d.destination JOIN events e ON e.seq = d.seq
     WHERE d.seq = ? AND d.destination = ?`,
  )
  return {
    page({ limit, after, ...filter }) {
      const { found, next } = find({ filter, order: 'newest', after, limit })
      const rows = found.map(({ seq, destination }) => ({ seq, row: selectDelivery.get(seq, destination) }))
      const deliveries = rows.flatMap(({ seq, row }) => (row === undefined ? [] : [toListed(seq, row)]))
      return { deliveries, next }
    },
    count(filter, after) {
      const { found, next } = find({ filter, order: 'oldest', after, limit: Number.POSITIVE_INFINITY })
      return { count: found.length, next }
    },
    find,
  }
}

function toListed(seq: number, row: Row): DeliveryPage['deliveries'][number] {
  return {
    ...toDelivery(row),
    eventId: encodeEventId(seq),
    source: String(row['source']),
    type: String(row['type']),
    receivedAt: Number(row['received_at']),
  }
}

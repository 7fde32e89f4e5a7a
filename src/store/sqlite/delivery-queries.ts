import type { DatabaseSync } from 'node:sqlite'
import { encodeEventId } from '../event-id.ts'
import type { BatchStep, DeliveryFilter, DeliveryPage, DeliveryQuery, DestinationStatus } from '../types.ts'
import type { ScanDeliveries, ScanRequest, ScanResult } from './delivery-scan.ts'
import { numberOrNull, type Row, textOrNull, toDelivery } from './rows.ts'

/** Reading deliveries and what waits for destinations. */
export interface DeliveryQueries {
  page(query: DeliveryQuery): DeliveryPage
  count(filter: DeliveryFilter, after: string | undefined): BatchStep
  find(request: ScanRequest): ScanResult
  destinations(): DestinationStatus[]
}

export function createDeliveryQueries(db: DatabaseSync, find: ScanDeliveries): DeliveryQueries {
  const selectDelivery = db.prepare(
    `SELECT n.name, d.state, d.attempt, d.due_at, d.last_status, d.last_error, d.order_key,
       e.source, e.type, e.received_at
     FROM deliveries d JOIN destinations n ON n.id = d.destination JOIN events e ON e.seq = d.seq
     WHERE d.seq = ? AND d.destination = ?`,
  )
  // Indexes alone answer these, however many deliveries there are; what waits is counted, what is done is not.
  const open = 'deliveries INDEXED BY deliveries_open WHERE destination = n.id AND state >= 0 AND state < 2'
  const selectDestinations = db.prepare(
    `SELECT n.name, n.paused_at, n.disabled_at, n.disabled_reason, n.breaker,
       (SELECT count(*) FROM ${open} AND state = 0) AS pending,
       (SELECT count(*) FROM ${open} AND state = 1) AS leased,
       (SELECT count(*) FROM deliveries INDEXED BY deliveries_ordered
        WHERE destination = n.id AND order_key IS NOT NULL AND state < 2 AND state = -1) AS blocked,
       (SELECT count(*) FROM deliveries INDEXED BY deliveries_dead WHERE destination = n.id AND state = 3) AS dead,
       (SELECT count(*) FROM deliveries INDEXED BY deliveries_retrying
        WHERE destination = n.id AND state = 0 AND attempt > series_start) AS retrying,
       (SELECT due_at FROM ${open} AND lane = 0 AND state = 0 ORDER BY due_at LIMIT 1) AS live_due_at,
       (SELECT due_at FROM ${open} AND lane = 1 AND state = 0 ORDER BY due_at LIMIT 1) AS bulk_due_at
     FROM destinations n ORDER BY n.name`,
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
    destinations: () => selectDestinations.all().map(toStatus),
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

function toStatus(row: Row): DestinationStatus {
  const due = [row['live_due_at'], row['bulk_due_at']].filter((at) => typeof at === 'number')
  return {
    name: String(row['name']),
    pausedAt: numberOrNull(row['paused_at']),
    disabledAt: numberOrNull(row['disabled_at']),
    disabledReason: textOrNull(row['disabled_reason']),
    breaker: textOrNull(row['breaker']),
    pending: Number(row['pending']) + Number(row['blocked']),
    retrying: Number(row['retrying']),
    leased: Number(row['leased']),
    dead: Number(row['dead']),
    oldestDueAt: due.length === 0 ? null : Math.min(...due),
  }
}

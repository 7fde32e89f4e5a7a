import { encodeEventId } from '../event-id.ts'
import { type Row, toDelivery } from '../sql/rows.ts'
import type { ListedDelivery, Store } from '../types.ts'
import type { Database } from './database.ts'
import type { DeliveryScan } from './delivery-scan.ts'

/** Reading deliveries. */
export type DeliveryQueries = Pick<Store, 'deliveries' | 'countDeliveries'>

export function createDeliveryQueries({ query, tables: t }: Database, scan: DeliveryScan): DeliveryQueries {
  const selectListed = `SELECT d.seq, n.name, d.state, d.attempt, d.series_start, d.due_at, d.last_status, d.last_error, d.order_key,
      e.source, e.type, e.received_at
    FROM unnest($1::bigint[], $2::int[]) AS f (seq, destination)
    JOIN ${t.deliveries} d ON d.seq = f.seq AND d.destination = f.destination
    JOIN ${t.destinations} n ON n.id = d.destination JOIN ${t.events} e ON e.seq = d.seq
    ORDER BY d.seq DESC, d.destination DESC`
  return {
    async deliveries({ limit, after, ...filter }) {
      const { found, next } = await scan.find({ filter, order: 'newest', after, limit })
      const places = [found.map(({ seq }) => seq), found.map(({ destination }) => destination)]
      const rows = found.length === 0 ? [] : await query(selectListed, places)
      return { deliveries: rows.map(toListed), next }
    },
    countDeliveries: scan.count,
  }
}

function toListed(row: Row): ListedDelivery {
  return {
    ...toDelivery(row),
    eventId: encodeEventId(Number(row['seq'])),
    source: String(row['source']),
    type: String(row['type']),
    receivedAt: Number(row['received_at']),
  }
}

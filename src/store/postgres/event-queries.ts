import { beforeAllEvents, decodeEventId, encodeEventId } from '../event-id.ts'
import { type Row, summaryColumns, toAttempt, toDelivery, toStoredEvent, toSummary } from '../sql/rows.ts'
import type { Delivery, EventSummary, Store } from '../types.ts'
import type { Database } from './database.ts'
import type { EventScan } from './event-scan.ts'
import type { Settled } from './settled.ts'

/** Reading events. */
export type EventQueries = Pick<Store, 'list' | 'get' | 'attempts' | 'changes' | 'newest'>

export function createEventQueries({ query, tables: t }: Database, scan: EventScan, settled: Settled): EventQueries {
  const selectDeliveries = `SELECT d.seq, n.name, d.state, d.attempt, d.series_start, d.due_at, d.last_status, d.last_error, d.order_key
    FROM ${t.deliveries} d JOIN ${t.destinations} n ON n.id = d.destination
    WHERE d.seq = ANY ($1::bigint[]) ORDER BY d.seq, n.name COLLATE "C"`
  const selectEvent = `SELECT ${summaryColumns}, p.headers, p.body
    FROM ${t.events} e LEFT JOIN ${t.payloads} p ON p.seq = e.seq WHERE e.seq = $1`
  const selectSummaries = `SELECT ${summaryColumns} FROM ${t.events} e WHERE e.seq = ANY ($1::bigint[]) ORDER BY e.seq DESC`
  const selectAfter = `SELECT ${summaryColumns} FROM ${t.events} e WHERE e.seq > $1 AND e.seq <= $2 ORDER BY e.seq LIMIT $3`
  // Delivered attempts of which no answer is kept have no row of their own: the delivery's stands for them.
  const selectAttempts = `SELECT n.name COLLATE "C" AS name, a.attempt, a.started_at, a.duration_ms, a.outcome, a.status, a.error,
      a.headers, a.body
    FROM ${t.attempts} a JOIN ${t.destinations} n ON n.id = a.destination WHERE a.seq = $1
    UNION ALL
    SELECT n.name COLLATE "C", d.attempt, d.started_at, d.duration_ms, 'done', d.last_status, NULL, NULL, NULL
    FROM ${t.deliveries} d JOIN ${t.destinations} n ON n.id = d.destination
    WHERE d.seq = $1 AND d.state = 2 AND d.started_at IS NOT NULL
      AND EXISTS (SELECT 1 FROM ${t.payloads} p WHERE p.seq = d.seq)
      AND NOT EXISTS (SELECT 1 FROM ${t.attempts} a
        WHERE a.seq = d.seq AND a.destination = d.destination AND a.attempt = d.attempt)
    ORDER BY 1, 2`

  async function withDeliveries(rows: readonly Row[]): Promise<EventSummary[]> {
    if (rows.length === 0) return []
    const of = await deliveriesOf(rows.map((row) => Number(row['seq'])))
    return rows.map((row) => ({ ...toSummary(row), deliveries: of.get(Number(row['seq'])) ?? [] }))
  }

  async function deliveriesOf(seqs: readonly number[]): Promise<ReadonlyMap<number, readonly Delivery[]>> {
    const of = new Map<number, Delivery[]>()
    for (const row of await query(selectDeliveries, [seqs])) {
      const seq = Number(row['seq'])
      of.set(seq, [...(of.get(seq) ?? []), toDelivery(row)])
    }
    return of
  }

  return {
    async list(wanted) {
      const { seqs, next } = await scan.newest(wanted)
      const rows = seqs.length === 0 ? [] : await query(selectSummaries, [seqs])
      return { events: await withDeliveries(rows), next: next === null ? null : encodeEventId(next) }
    },
    async get(id) {
      const seq = decodeEventId(id)
      const [row] = seq === null ? [] : await query(selectEvent, [seq])
      if (seq === null || row === undefined) return null
      return { ...toStoredEvent(row), deliveries: (await deliveriesOf([seq])).get(seq) ?? [] }
    },
    async attempts(id) {
      const seq = decodeEventId(id)
      return seq === null ? [] : (await query(selectAttempts, [seq])).map(toAttempt)
    },
    async changes(after, limit) {
      const seq = decodeEventId(after)
      if (seq === null) return []
      return withDeliveries(await query(selectAfter, [seq, await settled.upTo(), limit]))
    },
    async newest() {
      const seq = await settled.start()
      return seq < 0 ? beforeAllEvents : encodeEventId(seq)
    },
  }
}

import type { DatabaseSync } from 'node:sqlite'
import { beforeAllEvents, decodeEventId, encodeEventId } from '../event-id.ts'
import { type Row, summaryColumns, toAttempt, toDelivery, toStoredEvent, toSummary } from '../sql/rows.ts'
import type { Attempt, Delivery, EventPage, EventSummary, ListQuery, StoredEvent } from '../types.ts'
import type { ScanRequest, ScanResult } from './delivery-scan.ts'
import type { ScanEvents } from './event-scan.ts'
import type { FoundDelivery } from './renewal.ts'

/** Reading events. */
export interface EventQueries {
  list(query: ListQuery): EventPage
  get(id: string): (StoredEvent & { readonly deliveries: readonly Delivery[] }) | null
  attempts(id: string): Attempt[]
  changes(after: string, limit: number): EventSummary[]
  newest(): string
  /** Events for a replay, oldest first. */
  find(request: ScanRequest): ScanResult<FoundDelivery>
}

export function createEventQueries(db: DatabaseSync, scan: ScanEvents): EventQueries {
  const selectDeliveries = db.prepare(
    `SELECT n.name, d.state, d.attempt, d.series_start, d.due_at, d.last_status, d.last_error, d.order_key
     FROM deliveries d JOIN destinations n ON n.id = d.destination WHERE d.seq = ? ORDER BY n.name`,
  )
  const selectEvent = db.prepare(
    `SELECT ${summaryColumns}, p.headers, p.body FROM events e LEFT JOIN payloads p ON p.seq = e.seq WHERE e.seq = ?`,
  )
  const selectSummary = db.prepare(`SELECT ${summaryColumns} FROM events e WHERE e.seq = ?`)
  const selectAfter = db.prepare(`SELECT ${summaryColumns} FROM events e WHERE e.seq > ? ORDER BY e.seq LIMIT ?`)
  const selectNewest = db.prepare('SELECT seq FROM events ORDER BY seq DESC LIMIT 1')
  // Delivered attempts of which no answer is kept have no row of their own: the delivery's stands for them.
  const selectAttempts = db.prepare(
    `SELECT n.name, a.attempt, a.started_at, a.duration_ms, a.outcome, a.status, a.error, a.headers, a.body
     FROM attempts a JOIN destinations n ON n.id = a.destination WHERE a.seq = ?1
     UNION ALL
     SELECT n.name, d.attempt, d.started_at, d.duration_ms, 'done', d.last_status, NULL, NULL, NULL
     FROM deliveries d JOIN destinations n ON n.id = d.destination
     WHERE d.seq = ?1 AND d.state = 2 AND d.started_at IS NOT NULL
       AND EXISTS (SELECT 1 FROM payloads p WHERE p.seq = ?1)
       AND NOT EXISTS (SELECT 1 FROM attempts a
         WHERE a.seq = d.seq AND a.destination = d.destination AND a.attempt = d.attempt)
     ORDER BY 1, 2`,
  )
  const deliveriesOf = (seq: number) => selectDeliveries.all(seq).map(toDelivery)
  const withDeliveries = (row: Row): EventSummary => ({
    ...toSummary(row),
    deliveries: deliveriesOf(Number(row['seq'])),
  })

  return {
    list(query) {
      const { seqs, next } = scan.newest(query)
      const rows = seqs.map((seq) => selectSummary.get(seq)).filter((row) => row !== undefined)
      return { events: rows.map(withDeliveries), next: next === null ? null : encodeEventId(next) }
    },
    get(id) {
      const seq = decodeEventId(id)
      const row = seq === null ? undefined : selectEvent.get(seq)
      return row === undefined ? null : { ...toStoredEvent(row), deliveries: deliveriesOf(Number(row['seq'])) }
    },
    attempts(id) {
      const seq = decodeEventId(id)
      return seq === null ? [] : selectAttempts.all(seq).map(toAttempt)
    },
    changes(after, limit) {
      const seq = decodeEventId(after)
      return seq === null ? [] : selectAfter.all(seq, limit).map(withDeliveries)
    },
    // There is one writer: what it commits later has a greater number.
    newest() {
      const row = selectNewest.get()
      return row === undefined ? beforeAllEvents : encodeEventId(Number(row['seq']))
    },
    find: scan.oldest,
  }
}

import { decodeEventId } from '../event-id.ts'
import type { Delivery, EventSummary, ListQuery, StoredEvent } from '../types.ts'
import { openDatabase } from './connection.ts'
import { summaryColumns, toDelivery, toStoredEvent, toSummary } from './rows.ts'

/** Reads beside the writer, and copies its log into the database so that the writer need not. */
export interface Reader {
  list(query: ListQuery): EventSummary[]
  get(id: string): (StoredEvent & { readonly deliveries: readonly Delivery[] }) | null
  /** Copies what it can without holding up the writer; says how many pages the log has and how many are copied. */
  checkpoint(): { readonly pages: number; readonly copied: number }
  close(): void
}

/** @throws {StoreOpenError} */
export function openReader(dataDir: string): Reader {
  const db = openDatabase(dataDir)
  const selectDeliveries = db.prepare(
    `SELECT n.name, d.state, d.attempt, d.due_at, d.last_status, d.last_error
     FROM deliveries d JOIN destinations n ON n.id = d.destination WHERE d.seq = ? ORDER BY n.name`,
  )
  const selectEvent = db.prepare(
    `SELECT ${summaryColumns}, p.headers, p.body FROM events e LEFT JOIN payloads p ON p.seq = e.seq WHERE e.seq = ?`,
  )
  const selectSummaries = db.prepare(
    `SELECT ${summaryColumns} FROM events e
     WHERE e.seq < ? AND (?2 IS NULL OR e.source = ?2) AND (?3 IS NULL OR e.type = ?3)
     ORDER BY e.seq DESC LIMIT ?4`,
  )
  const checkpoint = db.prepare('PRAGMA wal_checkpoint(PASSIVE)')
  const deliveriesOf = (seq: number) => selectDeliveries.all(seq).map(toDelivery)

  return {
    list({ limit, before, source, type }) {
      const below = before === undefined ? Number.MAX_SAFE_INTEGER : (decodeEventId(before) ?? 0)
      return selectSummaries
        .all(below, source ?? null, type ?? null, limit)
        .map((row) => ({ ...toSummary(row), deliveries: deliveriesOf(Number(row['seq'])) }))
    },
    get(id) {
      const seq = decodeEventId(id)
      const row = seq === null ? undefined : selectEvent.get(seq)
      return row === undefined ? null : { ...toStoredEvent(row), deliveries: deliveriesOf(Number(row['seq'])) }
    },
    checkpoint() {
      const row = checkpoint.get()
      return { pages: Number(row?.['log'] ?? 0), copied: Number(row?.['checkpointed'] ?? 0) }
    },
    close() {
      db.close()
    },
  }
}

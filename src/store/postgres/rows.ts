import { types } from 'pg'
import { encodeEventId } from '../event-id.ts'
import type { Delivery, DeliveryState, EventSummary, StoredEvent } from '../types.ts'

/** A row as `pg` gives it; `bigint` and sums come as numbers, `bytea` as a Buffer, `boolean` as such. */
export type Row = Readonly<Record<string, unknown>>

const oids = { int8: 20, numeric: 1700 }

/** Everything that is counted here stays below 2^53. */
export const rowTypes = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    return oid === oids.int8 || oid === oids.numeric ? Number : types.getTypeParser(oid, format)
  },
}

/** Columns of `events` that make an event's summary, with the alias `e`. */
export const summaryColumns =
  'e.seq, e.source, e.type, e.external_id, e.received_at, e.body_size, e.duplicates, e.conflict, e.repeated, e.secret'

const stateNames: readonly DeliveryState[] = ['pending', 'pending', 'leased', 'done', 'dead', 'discarded']

/** From `deliveries.state`, whose numbers are in `states.ts`. */
export function stateName(code: unknown): DeliveryState {
  return stateNames[Number(code) + 1] ?? 'dead'
}

export function toSummary(row: Row): Omit<EventSummary, 'deliveries'> {
  return {
    id: encodeEventId(Number(row['seq'])),
    source: String(row['source']),
    type: String(row['type']),
    externalId: textOrNull(row['external_id']),
    receivedAt: Number(row['received_at']),
    bodySize: Number(row['body_size']),
    duplicates: Number(row['duplicates']),
    conflict: row['conflict'] === true,
    repeated: row['repeated'] === true,
    secret: row['secret'] === 1 ? 'current' : row['secret'] === 2 ? 'previous' : null,
  }
}

/** From a row that joins `payloads`, whose columns are null once they were pruned. */
export function toStoredEvent(row: Row): StoredEvent {
  return { ...toSummary(row), headers: headersOf(row), body: bytesOrNull(row['body']) }
}

/** The column `headers`, null where none are kept. */
export function headersOf(row: Row): readonly string[] {
  const headers: unknown = typeof row['headers'] === 'string' ? JSON.parse(row['headers']) : []
  return Array.isArray(headers) ? headers.map(String) : []
}

/** From a row of `deliveries` that joins `destinations` for the column `name`. */
export function toDelivery(row: Row): Delivery {
  return {
    destination: String(row['name']),
    state: stateName(row['state']),
    attempt: Number(row['attempt']),
    dueAt: Number(row['due_at']),
    lastStatus: numberOrNull(row['last_status']),
    lastError: textOrNull(row['last_error']),
    orderingKey: textOrNull(row['order_key']),
  }
}

export function bytesOrNull(value: unknown): Uint8Array | null {
  return value instanceof Uint8Array ? value : null
}

export function numberOrNull(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value)
}

export function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

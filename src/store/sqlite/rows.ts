import { encodeEventId } from '../event-id.ts'
import type { Delivery, EventSummary, MatchedSecret, StoredEvent } from '../types.ts'
import { stateName } from './states.ts'

export type Row = Record<string, unknown>

/** Columns of `events` that make an event's summary, with the alias `e`. */
export const summaryColumns =
  'e.seq, e.source, e.type, e.external_id, e.received_at, e.body_size, e.duplicates, e.conflict, e.repeated, e.secret'

/** A BLOB column's value. */
export function asBytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value
  throw new TypeError('the database holds something else where bytes belong')
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
    conflict: row['conflict'] === 1,
    repeated: row['repeated'] === 1,
    secret: row['secret'] === 1 ? 'current' : row['secret'] === 2 ? 'previous' : null,
  }
}

/** As `events.secret` has it. */
export function secretCode(secret: MatchedSecret | null): number | null {
  return secret === null ? null : secret === 'current' ? 1 : 2
}

/** From a row that joins `payloads`, whose columns are null once they were pruned. */
export function toStoredEvent(row: Row): StoredEvent {
  return {
    ...toSummary(row),
    headers: headersOf(row),
    body: row['body'] === null ? null : asBytes(row['body']),
  }
}

/** A column of headers, null where none are kept. */
export function headersOf(row: Row): readonly string[] {
  const headers: unknown = typeof row['headers'] === 'string' ? JSON.parse(row['headers']) : []
  return Array.isArray(headers) ? headers.map(String) : []
}

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

export function numberOrNull(value: unknown): number | null {
  return value === null ? null : Number(value)
}

export function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

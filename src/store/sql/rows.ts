import { encodeEventId, encodeRejectionId } from '../event-id.ts'
import type { Attempt, Delivery, EventSummary, MatchedSecret, RejectionSummary, StoredEvent } from '../types.ts'
import { stateCodes, stateName } from './states.ts'

/* What the tables of both SQL engines hold: their columns are the same. */

/** As the engine's driver gives it: numbers as such, bytes as a Uint8Array, and what is true or false as that or as 1 or 0. */
export type Row = Readonly<Record<string, unknown>>

/** Columns of `events` that make an event's summary, with the alias `e`. */
export const summaryColumns =
  'e.seq, e.source, e.type, e.external_id, e.received_at, e.body_size, e.duplicates, e.conflict, e.repeated, e.secret'

export function toSummary(row: Row): Omit<EventSummary, 'deliveries'> {
  return {
    id: encodeEventId(Number(row['seq'])),
    source: String(row['source']),
    type: String(row['type']),
    externalId: textOrNull(row['external_id']),
    receivedAt: Number(row['received_at']),
    bodySize: Number(row['body_size']),
    duplicates: Number(row['duplicates']),
    conflict: isTrue(row['conflict']),
    repeated: isTrue(row['repeated']),
    secret: row['secret'] === 1 ? 'current' : row['secret'] === 2 ? 'previous' : null,
  }
}

/** As `events.secret` has it. */
export function secretCode(secret: MatchedSecret | null): number | null {
  return secret === null ? null : secret === 'current' ? 1 : 2
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
    retrying: row['state'] === stateCodes.pending && Number(row['attempt']) > Number(row['series_start']),
    attempt: Number(row['attempt']),
    dueAt: Number(row['due_at']),
    lastStatus: numberOrNull(row['last_status']),
    lastError: textOrNull(row['last_error']),
    orderingKey: textOrNull(row['order_key']),
  }
}

/** From a row of `attempts` that joins `destinations` for the column `name`. */
export function toAttempt(row: Row): Attempt {
  return {
    destination: String(row['name']),
    attempt: Number(row['attempt']),
    startedAt: Number(row['started_at']),
    durationMs: numberOrNull(row['duration_ms']),
    outcome: isOutcome(row['outcome']) ? row['outcome'] : 'crashed',
    status: numberOrNull(row['status']),
    error: textOrNull(row['error']),
    responseHeaders: headersOf(row),
    responseBody: bytesOrNull(row['body']),
  }
}

const outcomes: ReadonlySet<string> = new Set<Attempt['outcome']>(['done', 'dead', 'retry', 'released', 'deferred'])

/** Null as long as nobody knows how the attempt ended. */
function isOutcome(value: unknown): value is Attempt['outcome'] {
  return typeof value === 'string' && outcomes.has(value)
}

export function toRejectionSummary(row: Row): RejectionSummary {
  return {
    id: encodeRejectionId(Number(row['seq'])),
    source: textOrNull(row['source']),
    cause: String(row['cause']),
    detail: textOrNull(row['detail']),
    receivedAt: Number(row['received_at']),
    method: String(row['method']),
    url: String(row['url']),
    remoteAddress: textOrNull(row['remote_address']),
    bodySize: Number(row['body_size']),
  }
}

/** Bytes that have to be there. */
export function asBytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value
  throw new TypeError('the database holds something else where bytes belong')
}

export function bytesOrNull(value: unknown): Uint8Array | null {
  return value === null || value === undefined ? null : asBytes(value)
}

function isTrue(value: unknown): boolean {
  return value === true || value === 1
}

export function numberOrNull(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value)
}

export function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

/**
 * Moving what one store keeps into another, of another engine. Rows are lists of values in the order of `movedColumns`,
 * with names where engines have numbers of their own, so that both sides can say what they hold in the same words.
 */

import { StoreOpenError } from '../errors.ts'

/** Integers, texts, bytes; keys as 32 hexadecimal digits, yes and no as 1 and 0. */
export type Value = string | number | null | Uint8Array
export type Row = readonly Value[]

/** What belongs to events: moved in ranges of their sequence numbers. */
export const eventColumns = {
  events: [
    'seq',
    'received_at',
    'source',
    'type',
    'external_id',
    'dedup_key',
    'replay_key',
    'body_size',
    'duplicates',
    'conflict',
    'repeated',
    'secret',
  ],
  payloads: ['seq', 'headers', 'body'],
  deliveries: [
    'seq',
    'destination',
    'state',
    'attempt',
    'series_start',
    'due_at',
    'last_status',
    'last_error',
    'started_at',
    'duration_ms',
    'crashes',
    'lane',
    'order_key',
  ],
  attempts: [
    'seq',
    'destination',
    'attempt',
    'started_at',
    'duration_ms',
    'outcome',
    'status',
    'error',
    'headers',
    'body',
  ],
} as const

/** What there is beside events: moved as a whole. */
export const sideColumns = {
  destinations: ['name', 'paused_at', 'disabled_at', 'disabled_reason'],
  notes: ['kind', 'key', 'value'],
  rejections: [
    'seq',
    'source',
    'cause',
    'detail',
    'received_at',
    'method',
    'url',
    'remote_address',
    'body_size',
    'bytes',
    'headers',
    'body',
  ],
  event_tallies: ['source', 'type', 'minute', 'accepted', 'duplicates', 'bytes'],
  event_hours: ['hour', 'source', 'accepted', 'duplicates', 'bytes'],
  delivery_tallies: ['destination', 'minute', 'done', 'retry', 'dead'],
  delivery_hours: ['destination', 'hour', 'done', 'retry', 'dead'],
  rejection_tallies: ['minute', 'source', 'cause', 'count'],
} as const

export type EventTable = keyof typeof eventColumns
export type SideTable = keyof typeof sideColumns
export type MovedTable = EventTable | SideTable

export const eventTables: readonly EventTable[] = ['events', 'payloads', 'deliveries', 'attempts']
export const sideTables: readonly SideTable[] = [
  'destinations',
  'notes',
  'rejections',
  'event_tallies',
  'event_hours',
  'delivery_tallies',
  'delivery_hours',
  'rejection_tallies',
]

/** Sequence numbers above `after`, up to and with `upTo`. */
export interface Range {
  readonly after: number
  readonly upTo: number
}

/** Of the rows in a range, in whatever order they come: equal if and only if the rows are. */
export interface Digest {
  readonly rows: number
  /** SHA-256 in hexadecimal. */
  readonly sha256: string
}

/** By `deliveries.state`. */
export type StateCounts = Readonly<Record<number, number>>

/** A store that nobody writes to meanwhile. */
export interface MoveSource {
  /** How many there are. */
  readonly events: number
  /** Of all tables together. */
  readonly rows: number
  /** Of the bodies that are still kept. */
  readonly bytes: number
  /** How many events have a number up to this one. */
  eventsUpTo(seq: number): number
  /** Where a range that begins after this number ends, if it holds so many events and bytes of bodies; null: no event is left. */
  rangeEnd(after: number, maxEvents: number, maxBytes: number): number | null
  read(table: EventTable, range: Range): Iterable<Row>
  readSide(table: SideTable): Iterable<Row>
  /** Names of events, in the order in which they were first seen. */
  kinds(): Iterable<readonly [source: string, type: string]>
  states(): StateCounts
  close(): void
}

/** Where it goes. Every method may throw `StoreUnavailableError`. */
export interface MoveTarget {
  /**
   * How far an earlier run came: events up to this number are there. -1: none are.
   * @throws {MoveRefusedError} when there is something that must not be mixed with what is to come.
   */
  begin(): Promise<number>
  takeKinds(kinds: Iterable<readonly [source: string, type: string]>): Promise<void>
  /** Replaces what is there of a range, in one transaction, and notes that everything up to its end is there. */
  write(range: Range, rows: Readonly<Record<EventTable, readonly Row[]>>): Promise<void>
  /** Replaces a table, in one transaction. */
  writeSide(table: SideTable, rows: Iterable<Row>): Promise<void>
  /** A row as this store keeps it: what is compared. */
  asKept(row: Row): Row
  digest(table: EventTable, range: Range): Promise<Digest>
  digestSide(table: SideTable): Promise<Digest>
  /** How many ids and signatures of events in this range would not be recognised if they came again. */
  unknownKeys(range: Range): Promise<number>
  states(): Promise<StateCounts>
  /** Everything is there and was compared: gateways may use it from now on. */
  finish(): Promise<void>
  close(): Promise<void>
}

/** The target cannot be moved into. The message says why and what to do. */
export class MoveRefusedError extends StoreOpenError {}

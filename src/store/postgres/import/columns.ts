import { type EventTable, eventColumns, type SideTable, sideColumns } from '../../move/types.ts'
import type { Tables } from '../tables.ts'

/** A column as it is written; its type decides how it is read for the digest. */
export interface Column {
  readonly name: string
  readonly type: 'bigint' | 'integer' | 'smallint' | 'text' | 'uuid' | 'boolean' | 'bytea'
}

/** Columns that are no text. */
const types: Readonly<Record<string, Column['type']>> = {
  seq: 'bigint',
  received_at: 'bigint',
  dedup_key: 'uuid',
  replay_key: 'uuid',
  order_hash: 'uuid',
  body_size: 'bigint',
  duplicates: 'bigint',
  conflict: 'boolean',
  repeated: 'boolean',
  secret: 'smallint',
  destination: 'integer',
  state: 'smallint',
  attempt: 'integer',
  series_start: 'integer',
  due_at: 'bigint',
  last_status: 'integer',
  started_at: 'bigint',
  duration_ms: 'integer',
  crashes: 'integer',
  lane: 'smallint',
  status: 'integer',
  body: 'bytea',
  bytes: 'bigint',
  minute: 'integer',
  hour: 'integer',
  accepted: 'bigint',
  done: 'bigint',
  retry: 'bigint',
  dead: 'bigint',
  count: 'bigint',
  paused_at: 'bigint',
  disabled_at: 'bigint',
}

/** The number of source and type, which is no column of what is moved. */
export const kindColumn: Column = { name: 'kind', type: 'integer' }

export function columnsOf(names: readonly string[]): readonly Column[] {
  return names.map((name) => ({ name, type: types[name] ?? 'text' }))
}

/** Where rows are, and what stands for a column that is kept as a number of this store. */
interface Place {
  readonly from: string
  readonly as?: Readonly<Record<string, string>>
}

export function placesOf(t: Tables): Readonly<Record<EventTable | SideTable, Place>> {
  const destination = { destination: 'n.name' }
  const named = (table: string) => ({
    from: `${table} r JOIN ${t.destinations} n ON n.id = r.destination`,
    as: destination,
  })
  return {
    events: { from: `${t.events} r` },
    payloads: { from: `${t.payloads} r` },
    deliveries: named(t.deliveries),
    attempts: named(t.attempts),
    destinations: { from: `${t.destinations} r` },
    notes: { from: `${t.notes} r` },
    rejections: { from: `${t.rejections} r` },
    event_tallies: {
      from: `${t.eventTallies} r JOIN ${t.kinds} k ON k.id = r.kind`,
      as: { source: 'k.source', type: 'k.type' },
    },
    event_hours: { from: `${t.eventHours} r` },
    delivery_tallies: named(t.deliveryTallies),
    delivery_hours: named(t.deliveryHours),
    rejection_tallies: { from: `${t.rejectionTallies} r` },
  }
}

export const namesOf: Readonly<Record<EventTable | SideTable, readonly string[]>> = { ...eventColumns, ...sideColumns }

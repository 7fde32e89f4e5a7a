import { existsSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { StoreOpenError } from '../errors.ts'
import {
  type EventTable,
  eventColumns,
  eventTables,
  type MovedTable,
  type MoveSource,
  type Row,
  type SideTable,
  sideColumns,
  sideTables,
  type Value,
} from '../move/types.ts'
import { databaseFile, explain, lockDataDir, openDatabase } from './connection.ts'
import { migrate } from './migrations.ts'

export interface ExportOptions {
  readonly dataDir: string
  /** How long to wait for a gateway to let go of the directory, in milliseconds. */
  readonly lockWaitMs: number
  /** Only to be counted: the schema stays as it is, however old. */
  readonly countOnly: boolean
  /** What a gateway keeps beside its store and, once processes share one, in there: kind, key and value. */
  readonly notes: readonly (readonly [kind: string, key: string, value: string])[]
}

/**
 * A lease that nobody holds any more is what a claim would make of it: an attempt that crashed, and a delivery that is due
 * at once. Its numbers stay, so that fences and schedules go on from where they were.
 */
const ended = 'state = 1'
const deliverySql: Readonly<Record<string, string>> = {
  destination: '(SELECT name FROM destinations n WHERE n.id = d.destination)',
  state: `CASE WHEN ${ended} THEN 0 ELSE state END`,
  due_at: `CASE WHEN ${ended} THEN coalesce(started_at, due_at) ELSE due_at END`,
  crashes: `crashes + (${ended})`,
}
const hex = (column: string) => `lower(hex(${column}))`
const eventSql: Readonly<Record<string, string>> = {
  dedup_key: `CASE WHEN dedup_key IS NULL THEN NULL ELSE ${hex('dedup_key')} END`,
  replay_key: `CASE WHEN replay_key IS NULL THEN NULL ELSE ${hex('replay_key')} END`,
}

const columns = (names: readonly string[], as: Readonly<Record<string, string>> = {}) =>
  names.map((name) => as[name] ?? name).join(', ')
const within = 'WHERE seq > ? AND seq <= ?'

const eventSelects: Readonly<Record<EventTable, string>> = {
  events: `SELECT ${columns(eventColumns.events, eventSql)} FROM events ${within} ORDER BY seq`,
  payloads: `SELECT ${columns(eventColumns.payloads)} FROM payloads ${within} ORDER BY seq`,
  deliveries: `SELECT ${columns(eventColumns.deliveries, deliverySql)} FROM deliveries d ${within}`,
  attempts: `SELECT ${columns(eventColumns.attempts, deliverySql)} FROM attempts d ${within}
    UNION ALL
    SELECT seq, ${deliverySql['destination']}, attempt, coalesce(started_at, due_at), NULL, 'crashed', NULL,
      'ended without an outcome', NULL, NULL
    FROM deliveries d ${within} AND ${ended} AND NOT EXISTS (SELECT 1 FROM attempts a
      WHERE a.seq = d.seq AND a.destination = d.destination AND a.attempt = d.attempt)`,
}

const nameOf = { destination: deliverySql['destination'] ?? '' }
const sideSelects: Readonly<Record<SideTable, string>> = {
  destinations: `SELECT ${columns(sideColumns.destinations)} FROM destinations ORDER BY id`,
  // One row counts the versions of all.
  notes: `SELECT ${columns(sideColumns.notes)} FROM notes WHERE kind <> '' ORDER BY kind, key`,
  rejections: `SELECT ${columns(sideColumns.rejections)} FROM rejections ORDER BY seq`,
  event_tallies: `SELECT ${columns(sideColumns.event_tallies)}
    FROM event_tallies c JOIN event_types t ON t.id = c.event_type`,
  event_hours: `SELECT ${columns(sideColumns.event_hours)} FROM event_hours`,
  delivery_tallies: `SELECT ${columns(sideColumns.delivery_tallies, nameOf)} FROM delivery_tallies d`,
  delivery_hours: `SELECT ${columns(sideColumns.delivery_hours, nameOf)} FROM delivery_hours d`,
  rejection_tallies: `SELECT ${columns(sideColumns.rejection_tallies)} FROM rejection_tallies`,
}

/**
 * The embedded store, to be read as a whole while no gateway has it open.
 * @throws {StoreOpenError} when there is none, or a gateway is running; the message says what to do.
 */
export function openExport({ dataDir, lockWaitMs, countOnly, notes }: ExportOptions): MoveSource {
  const file = databaseFile(dataDir)
  if (!existsSync(file)) {
    throw new StoreOpenError(`there is no ${file}: give the DATA_DIR of the gateway whose events are to be moved`)
  }
  const lock = lockDataDir(dataDir, lockWaitMs)
  try {
    const db = openDatabase(dataDir)
    try {
      if (!countOnly) migrate(db)
      db.exec('PRAGMA query_only = ON')
      return exportOf(db, lock, notes)
    } catch (error) {
      db.close()
      throw error instanceof StoreOpenError ? new StoreOpenError(`${dataDir}: ${error.message}`) : explain(error, file)
    }
  } catch (error) {
    lock.close()
    throw error
  }
}

function exportOf(db: DatabaseSync, lock: DatabaseSync, notes: ExportOptions['notes']): MoveSource {
  const countUpTo = db.prepare('SELECT count(*) AS n FROM events WHERE seq <= ?')
  const selectSizes = db.prepare('SELECT seq, body_size FROM events WHERE seq > ? ORDER BY seq LIMIT ?')

  function* rows(sql: string, ...parameters: readonly number[]): Iterable<Row> {
    const statement = db.prepare(sql)
    statement.setReturnArrays(true)
    for (const row of statement.iterate(...parameters)) yield Object.values(row).map(toValue)
  }

  const one = (sql: string) => Number(db.prepare(sql).get()?.['n'] ?? 0)
  // One that was not migrated may lack some.
  const isThere = (table: string) => one(`SELECT count(*) AS n FROM sqlite_schema WHERE name = '${table}'`) > 0
  const count = (table: MovedTable) => (isThere(table) ? one(`SELECT count(*) AS n FROM ${table}`) : 0)

  return {
    events: count('events'),
    rows: [...eventTables, ...sideTables].reduce((sum, table) => sum + count(table), 0),
    bytes: one('SELECT sum(e.body_size) AS n FROM payloads p JOIN events e ON e.seq = p.seq'),
    eventsUpTo: (seq) => Number(countUpTo.get(seq)?.['n'] ?? 0),
    rangeEnd(after, maxEvents, maxBytes) {
      let [bytes, end]: [number, number | null] = [0, null]
      for (const row of selectSizes.iterate(after, maxEvents)) {
        bytes += Number(row['body_size'])
        if (end !== null && bytes > maxBytes) break
        end = Number(row['seq'])
      }
      return end
    },
    read: (table, { after, upTo }) =>
      table === 'attempts'
        ? rows(eventSelects.attempts, after, upTo, after, upTo)
        : rows(eventSelects[table], after, upTo),
    *readSide(table) {
      yield* rows(sideSelects[table])
      if (table === 'notes') yield* notes
    },
    *kinds() {
      for (const row of db.prepare('SELECT source, type FROM event_types ORDER BY id').iterate()) {
        yield [String(row['source']), String(row['type'])]
      }
    },
    states() {
      const sql = `SELECT ${deliverySql['state']} AS state, count(*) AS n FROM deliveries GROUP BY 1`
      return Object.fromEntries(
        db
          .prepare(sql)
          .all()
          .map(({ state, n }) => [Number(state), Number(n)]),
      )
    },
    close() {
      db.close()
      lock.close()
    },
  }
}

function toValue(value: unknown): Value {
  if (value === null || typeof value === 'string' || typeof value === 'number' || value instanceof Uint8Array)
    return value
  throw new TypeError('the database holds something that is neither a number, a text nor bytes')
}

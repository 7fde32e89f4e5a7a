import { randomUUID } from 'node:crypto'
import { StoreOpenError, StoreUnavailableError } from '../../errors.ts'
import type { EventTable, MoveTarget, Range, Row, SideTable } from '../../move/types.ts'
import type { Database, Query } from '../database.ts'
import { hashKey } from '../keys.ts'
import { migrate } from '../migrate.ts'
import { createNames } from '../names.ts'
import { storable } from '../text.ts'
import { columnsOf, kindColumn, namesOf } from './columns.ts'
import { createDigests } from './digests.ts'
import { createKeysInsert } from './keys.ts'
import { createInsert } from './rows.ts'
import { createImportState } from './state.ts'
import { type ImportOptions, openTarget } from './target.ts'

const pageRows = 5000
const pageBytes = 16 * 1024 * 1024

/**
 * A PostgreSQL into which another store is moved. The schema is made.
 * @throws {StoreOpenError} when the database cannot be used; the message says what to do.
 */
export async function openImport(options: ImportOptions): Promise<MoveTarget> {
  const database = await openTarget(options)
  try {
    await migrate(database)
  } catch (error) {
    await database.close()
    const words =
      error instanceof StoreOpenError || error instanceof StoreUnavailableError ? error.message : String(error)
    throw new StoreOpenError(`DATABASE_URL: ${words}`)
  }
  return importInto(database, options.address.applicationName ?? 'posthorn')
}

function importInto(database: Database, gatewayName: string): MoveTarget {
  const { query, transaction, tables: t } = database
  const names = createNames(database)
  const state = createImportState(database, { run: randomUUID(), gatewayName })
  const insertKeys = createKeysInsert(t)
  const insert = {
    events: createInsert(t.events, [...columnsOf(namesOf.events), kindColumn]),
    payloads: createInsert(t.payloads, columnsOf(namesOf.payloads)),
    deliveries: createInsert(t.deliveries, columnsOf([...namesOf.deliveries, 'order_hash'])),
    attempts: createInsert(t.attempts, columnsOf(namesOf.attempts)),
  }
  const sides = {
    notes: { table: t.notes, columns: columnsOf(namesOf.notes) },
    rejections: { table: t.rejections, columns: columnsOf(namesOf.rejections) },
    event_tallies: { table: t.eventTallies, columns: [kindColumn, ...columnsOf(namesOf.event_tallies.slice(2))] },
    event_hours: { table: t.eventHours, columns: columnsOf(namesOf.event_hours) },
    delivery_tallies: { table: t.deliveryTallies, columns: columnsOf(namesOf.delivery_tallies) },
    delivery_hours: { table: t.deliveryHours, columns: columnsOf(namesOf.delivery_hours) },
    rejection_tallies: { table: t.rejectionTallies, columns: columnsOf(namesOf.rejection_tallies) },
  }
  const asKept = (row: Row): Row => row.map((value) => (typeof value === 'string' ? storable(value) : value))
  const text = (row: Row, column: number) => String(row[column])

  /** Of the columns that this store has numbers for, the first two are names of an event, or one is a destination's. */
  async function numbered(table: EventTable | SideTable, rows: readonly Row[]): Promise<readonly Row[]> {
    const columns = namesOf[table]
    const destination = columns.indexOf('destination')
    if (destination !== -1) {
      const ids = await names.destinations(rows.map((row) => text(row, destination)))
      return rows.map((row, i) => row.with(destination, ids[i] ?? null))
    }
    if (table !== 'event_tallies') return rows
    const kinds = await names.kinds(rows.map((row) => ({ source: text(row, 0), type: text(row, 1) })))
    return rows.map((row, i) => [kinds[i] ?? 0, ...row.slice(2)])
  }

  async function eventsOf(rows: readonly Row[]): Promise<readonly Row[]> {
    const [source, type] = [namesOf.events.indexOf('source'), namesOf.events.indexOf('type')]
    const kinds = await names.kinds(rows.map((row) => ({ source: text(row, source), type: text(row, type) })))
    return rows.map((row, i) => [...asKept(row), kinds[i] ?? 0])
  }

  async function deliveriesOf(rows: readonly Row[]): Promise<readonly Row[]> {
    const key = namesOf.deliveries.indexOf('order_key')
    return (await numbered('deliveries', rows)).map((row) => {
      const orderKey = row[key]
      return [...asKept(row), typeof orderKey === 'string' ? hashKey(orderKey) : null]
    })
  }

  async function removeRange(run: Query, { after, upTo }: Range): Promise<void> {
    await run(
      `DELETE FROM ${t.keys} k WHERE k.seq > $1 AND k.seq <= $2 AND k.key = ANY (ARRAY(
         SELECT dedup_key FROM ${t.events} WHERE seq > $1 AND seq <= $2
         UNION ALL SELECT replay_key FROM ${t.events} WHERE seq > $1 AND seq <= $2))`,
      [after, upTo],
    )
    for (const table of [t.attempts, t.deliveries, t.payloads, t.events]) {
      await run(`DELETE FROM ${table} WHERE seq > $1 AND seq <= $2`, [after, upTo])
    }
  }

  async function writeDestinations(rows: readonly Row[]): Promise<void> {
    const columns = [0, 1, 2, 3].map((column) => rows.map((row) => row[column] ?? null))
    const given = `unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[])
      WITH ORDINALITY AS i (name, paused_at, disabled_at, disabled_reason, ord)`
    await transaction(async (run) => {
      // Nothing is delivered to them yet, or they would have been moved.
      await run(`DELETE FROM ${t.destinations} WHERE name <> ALL ($1::text[])`, [columns[0]])
      await run(
        `INSERT INTO ${t.destinations} AS d (name, paused_at, disabled_at, disabled_reason)
         SELECT i.name, i.paused_at, i.disabled_at, i.disabled_reason FROM ${given} ORDER BY i.ord
         ON CONFLICT (name) DO UPDATE SET paused_at = excluded.paused_at, disabled_at = excluded.disabled_at,
           disabled_reason = excluded.disabled_reason`,
        columns,
      )
    })
  }

  return {
    ...createDigests(database),
    asKept,
    begin: state.begin,

    async takeKinds(kinds) {
      for (const page of pagesOf(kinds)) await names.kinds(page.map(([source, type]) => ({ source, type })))
    },

    async write(range, rows) {
      const [events, deliveries, attempts] = [
        await eventsOf(rows.events),
        await deliveriesOf(rows.deliveries),
        await numbered('attempts', rows.attempts),
      ]
      await transaction(async (run) => {
        // The commit that ends the move waits for the disk, and this one with it.
        await run('SET LOCAL synchronous_commit = off')
        await state.advance(run, range.upTo)
        await removeRange(run, range)
        await insert.events(run, events)
        await insertKeys(run, rows.events)
        await insert.payloads(run, rows.payloads.map(asKept))
        await insert.deliveries(run, deliveries)
        await insert.attempts(run, attempts.map(asKept))
      })
    },

    async writeSide(table, rows) {
      if (table === 'destinations') {
        await writeDestinations([...rows].map(asKept))
        return
      }
      const side = sides[table]
      const insertSide = createInsert(side.table, side.columns)
      await transaction(async (run) => {
        await run('SET LOCAL synchronous_commit = off')
        await run(`DELETE FROM ${side.table}`)
        for (const page of pagesOf(rows)) await insertSide(run, (await numbered(table, page)).map(asKept))
      })
    },

    async finish() {
      await state.finish()
      // Whoever asks first shall not pay for tables that nobody has looked at.
      await query(`ANALYZE ${t.events}, ${t.payloads}, ${t.keys}, ${t.deliveries}, ${t.attempts}`)
    },
    close: database.close,
  }
}

/** So many at a time as one statement takes. */
function* pagesOf<T extends readonly unknown[]>(rows: Iterable<T>): Iterable<readonly T[]> {
  let [page, bytes]: [T[], number] = [[], 0]
  for (const row of rows) {
    page.push(row)
    for (const value of row) if (value instanceof Uint8Array) bytes += value.byteLength
    if (page.length < pageRows && bytes < pageBytes) continue
    yield page
    page = []
    bytes = 0
  }
  if (page.length > 0) yield page
}

import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { firstSequenceAt } from '../event-id.ts'
import { formatPosition, type Position, parsePosition } from '../position.ts'
import { stateCodes } from '../sql/states.ts'
import type { DeliveryFilter } from '../types.ts'
import type { FoundDelivery } from './renewal.ts'

export interface Found extends FoundDelivery {
  readonly destination: number
  readonly state: number
}

export interface ScanResult<T extends FoundDelivery = Found> {
  readonly found: readonly T[]
  /** Null: nothing is left. */
  readonly next: string | null
}

export interface ScanRequest {
  readonly filter: DeliveryFilter
  readonly order: 'newest' | 'oldest'
  readonly after: string | undefined
  readonly limit: number
}

/**
 * Goes through deliveries in the order of their events. A state that is rare has an index, read for each destination
 * and merged; anything else is found by looking at deliveries in turn, so many at a time.
 */
export type ScanDeliveries = (request: ScanRequest) => ScanResult

/** What is taken at a time, the first time and later. */
const chunk = { first: 256, later: 4096 }

export function createDeliveryScan(db: DatabaseSync, budget: number): ScanDeliveries {
  const range = 'seq >= ? AND seq <= ?'
  const prepare = (table: string, order: string) =>
    db.prepare(`SELECT seq, destination, state FROM ${table} AND ${range} ORDER BY seq ${order} LIMIT ?`)
  const both = (table: string) => ({ newest: prepare(table, 'DESC'), oldest: prepare(table, 'ASC') })
  const indexed = {
    dead: both('deliveries INDEXED BY deliveries_dead WHERE destination = ? AND state = 3'),
    retrying: both(
      'deliveries INDEXED BY deliveries_retrying WHERE destination = ? AND state = 0 AND attempt > series_start',
    ),
  }
  const open = (state: number) =>
    both(
      `deliveries INDEXED BY deliveries_open WHERE destination = ? AND state >= 0 AND state < 2 AND state = ${state}`,
    )
  const sorted = {
    pending: open(stateCodes.pending),
    leased: open(stateCodes.leased),
    blocked: both(
      'deliveries INDEXED BY deliveries_ordered WHERE destination = ? AND order_key IS NOT NULL AND state < 2 AND state = -1',
    ),
  }
  const all = {
    newest: db.prepare(
      `SELECT seq, destination, state FROM deliveries WHERE (seq, destination) < (?, ?) AND ${range}
       ORDER BY seq DESC, destination DESC LIMIT ?`,
    ),
    oldest: db.prepare(
      `SELECT seq, destination, state FROM deliveries WHERE (seq, destination) > (?, ?) AND ${range}
       ORDER BY seq, destination LIMIT ?`,
    ),
  }
  const selectDestinations = db.prepare('SELECT id, name FROM destinations ORDER BY id')
  const selectEvent = db.prepare('SELECT source, type FROM events WHERE seq = ?')

  function indexesOf(state: DeliveryFilter['state']): readonly Pair[] {
    if (state === 'dead' || state === 'retrying') return [indexed[state]]
    if (state === 'leased') return [sorted.leased]
    return state === 'pending' ? [sorted.pending, sorted.blocked] : []
  }

  /** In order, those that fit the filter's state and destination, and the others as null where they cost a look. */
  function* candidates({ filter, order, after }: ScanRequest): Generator<Found | Position> {
    const { destination, state, from, to } = filter
    const low = from === undefined ? 0 : firstSequenceAt(from)
    const high = to === undefined ? Number.MAX_SAFE_INTEGER : firstSequenceAt(to) - 1
    const start = after === undefined ? null : parsePosition(after)
    const ids = selectDestinations
      .all()
      .filter(({ name }) => destination === undefined || name === destination)
      .map(({ id }) => Number(id))
    const bounds = { low, high, start, order }
    const indexes = indexesOf(state)
    if (indexes.length > 0) {
      const lists = ids.flatMap((id) => indexes.map((pair) => readIndex(pair[order], id, bounds)))
      yield* merge(lists, order)
      return
    }
    if (ids.length === 0) return
    const wanted = state === undefined || state === 'retrying' ? null : stateCodes[state]
    for (const row of readAll(all[order], bounds)) {
      const fits =
        (wanted === null || row.state === wanted) && (destination === undefined || row.destination === ids[0])
      yield fits ? row : { seq: row.seq, destination: row.destination }
    }
  }

  return (request) => {
    const { source, type } = request.filter
    if (request.after !== undefined && parsePosition(request.after) === null) return { found: [], next: null }
    const found: Found[] = []
    let looked = 0
    let last: Position | null = null
    for (const each of candidates(request)) {
      if (found.length === request.limit || looked === budget) return { found, next: formatPosition(last ?? each) }
      looked++
      last = each
      if (!('state' in each)) continue
      if (source !== undefined || type !== undefined) {
        const event = selectEvent.get(each.seq)
        if (source !== undefined && event?.['source'] !== source) continue
        if (type !== undefined && event?.['type'] !== type) continue
      }
      found.push(each)
    }
    return { found, next: null }
  }
}

interface Pair {
  readonly newest: StatementSync
  readonly oldest: StatementSync
}

interface Bounds {
  readonly low: number
  readonly high: number
  readonly start: Position | null
  readonly order: ScanRequest['order']
}

/** One destination's rows of an index, some at a time. */
function* readIndex(statement: StatementSync, id: number, bounds: Bounds): Generator<Found> {
  let { low, high } = bounds
  const { start, order } = bounds
  if (start !== null && order === 'newest') high = Math.min(high, id < start.destination ? start.seq : start.seq - 1)
  if (start !== null && order === 'oldest') low = Math.max(low, id > start.destination ? start.seq : start.seq + 1)
  for (let size = chunk.first; ; size = chunk.later) {
    const rows = statement.all(id, low, high, size).map(toFound)
    yield* rows
    const last = rows.at(-1)
    if (last === undefined || rows.length < size) return
    if (order === 'newest') high = last.seq - 1
    else low = last.seq + 1
  }
}

function* readAll(statement: StatementSync, { low, high, start, order }: Bounds): Generator<Found> {
  const edge = order === 'newest' ? Number.MAX_SAFE_INTEGER : -1
  let after = start ?? { seq: edge, destination: edge }
  for (let size = chunk.first; ; size = chunk.later) {
    const rows = statement.all(after.seq, after.destination, low, high, size).map(toFound)
    yield* rows
    const last = rows.at(-1)
    if (last === undefined || rows.length < size) return
    after = last
  }
}

function* merge(lists: readonly Generator<Found>[], order: ScanRequest['order']): Generator<Found> {
  const heads = lists.map((list) => ({ list, head: list.next() }))
  const sign = order === 'newest' ? -1 : 1
  for (;;) {
    let best: (typeof heads)[number] | null = null
    for (const each of heads) {
      if (each.head.done === true) continue
      if (best === null || best.head.done === true || sign * compare(each.head.value, best.head.value) < 0) best = each
    }
    if (best === null || best.head.done === true) return
    yield best.head.value
    best.head = best.list.next()
  }
}

function compare(a: Position, b: Position): number {
  return a.seq - b.seq || a.destination - b.destination
}

function toFound(row: Record<string, unknown>): Found {
  return { seq: Number(row['seq']), destination: Number(row['destination']), state: Number(row['state']) }
}

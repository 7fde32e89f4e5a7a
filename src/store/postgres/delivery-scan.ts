import { firstSequenceAt } from '../event-id.ts'
import { formatPosition, type Position, parsePosition } from '../position.ts'
import type { Row } from '../sql/rows.ts'
import { stateCodes } from '../sql/states.ts'
import type { DeliveryFilter } from '../types.ts'
import type { Database } from './database.ts'

export interface FoundDelivery {
  readonly seq: number
  /** Null: the event as such, wherever it went. */
  readonly destination: number | null
  /** The state in which it was found. */
  readonly state: number | null
}

export interface ScanResult {
  readonly found: readonly FoundDelivery[]
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
 * and merged; what waits is read whole where it is little; anything else is found by looking at deliveries in turn.
 */
export interface DeliveryScan {
  find(request: ScanRequest): Promise<ScanResult>
  count(
    filter: DeliveryFilter,
    after: string | undefined,
  ): Promise<{ readonly count: number; readonly next: string | null }>
}

/** What is looked at by one statement, the first time and later. */
const chunk = { first: 256, later: 8192 }
/** However few rows were looked at, a page is given after this long. */
const maxMs = 150
/** More waiting deliveries than this are not sorted for every page. */
const maxSorted = 20_000

export function createDeliveryScan({ query, tables: t }: Database, budget: number): DeliveryScan {
  const selectDestinations = `SELECT id FROM ${t.destinations} WHERE $1::text IS NULL OR name = $1`
  const open = `${t.deliveries} WHERE destination = ANY ($1::int[]) AND state >= 0 AND state < 2`
  const blocked = `${t.deliveries} WHERE destination = ANY ($1::int[]) AND order_hash IS NOT NULL AND state < 2 AND state = -1`
  const selectWaiting = `SELECT count(*) AS waiting FROM (SELECT 1 FROM ${open} LIMIT ${maxSorted + 1}) w`

  /**
   * Rows of one state, by an index: $1 destinations, $2 and $3 the position behind which to begin, $4 and $5 the first and
   * the last sequence number, $6 how many.
   */
  function rare(condition: string, order: ScanRequest['order']): string {
    const behind =
      order === 'newest'
        ? 'seq <= $2::bigint - CASE WHEN n.id < $3 THEN 0 ELSE 1 END'
        : 'seq >= $2::bigint + CASE WHEN n.id > $3 THEN 0 ELSE 1 END'
    return `SELECT d.* FROM unnest($1::int[]) AS n (id) CROSS JOIN LATERAL (
        SELECT seq, destination, state FROM ${t.deliveries}
        WHERE destination = n.id AND ${condition} AND ${behind} AND seq >= $4 AND seq <= $5
        ORDER BY seq ${order === 'newest' ? 'DESC' : 'ASC'} LIMIT $6
      ) d ORDER BY ${sorting(order)} LIMIT $6`
  }

  const within = (order: ScanRequest['order']) =>
    `(seq, destination) ${order === 'newest' ? '<' : '>'} ($2::bigint, $3::int) AND seq >= $4 AND seq <= $5`

  function waiting(state: 'pending' | 'leased', order: ScanRequest['order']): string {
    const rows = `SELECT seq, destination, state FROM ${open} AND state = ${stateCodes[state]}`
    const behind = state === 'pending' ? ` UNION ALL SELECT seq, destination, state FROM ${blocked}` : ''
    return `SELECT d.* FROM (${rows}${behind}) d WHERE ${within(order)} ORDER BY ${sorting(order)} LIMIT $6`
  }

  function inTurn(order: ScanRequest['order']): string {
    return `SELECT d.seq, d.destination, d.state, d.attempt, d.series_start FROM ${t.deliveries} d
      WHERE ${within(order)} AND $1::int[] IS NOT NULL ORDER BY ${sorting(order)} LIMIT $6`
  }

  async function statementFor(
    { destination, state, source, type }: DeliveryFilter,
    order: ScanRequest['order'],
    ids: readonly number[],
  ): Promise<string> {
    // Written so that it is looked up row by row: as a join, all events there are would be read for some thousand rows.
    const ofEvent =
      source === undefined && type === undefined
        ? 'true'
        : `(SELECT ($7::text IS NULL OR e.source = $7) AND ($8::text IS NULL OR e.type = $8)
            FROM ${t.events} e WHERE e.seq = d.seq)`
    const wrap = (rows: string, fits: string) =>
      `SELECT d.seq, d.destination, d.state, ${fits} AND ${ofEvent} AS fits FROM (${rows}) d ORDER BY ${sorting(order)}`
    if (state === 'dead') return wrap(rare(`state = ${stateCodes.dead}`, order), 'true')
    if (state === 'retrying') return wrap(rare('state = 0 AND attempt > series_start', order), 'true')
    if (state === 'leased' || state === 'pending') {
      const [row] = await query(selectWaiting, [ids])
      if (Number(row?.['waiting']) <= maxSorted) return wrap(waiting(state, order), 'true')
    }
    const states = state === undefined ? [] : state === 'pending' ? [0, -1] : [stateCodes[state]]
    const conditions = [
      ...(states.length === 0 ? [] : [`d.state IN (${states.join(', ')})`]),
      ...(destination === undefined ? [] : ['d.destination = ANY ($1)']),
    ]
    return wrap(inTurn(order), conditions.length === 0 ? 'true' : conditions.join(' AND '))
  }

  /** What a request comes to; null: nothing can be found. */
  async function prepare({ filter, order, after }: Omit<ScanRequest, 'limit'>) {
    const { destination, source, type, from, to } = filter
    const edge = order === 'newest' ? Number.MAX_SAFE_INTEGER : -1
    const start = after === undefined ? { seq: edge, destination: edge < 0 ? -1 : 2 ** 31 - 1 } : parsePosition(after)
    if (start === null || [destination, source, type].some((text) => text?.includes('\0'))) return null
    const ids = (await query(selectDestinations, [destination ?? null])).map(({ id }) => Number(id))
    if (ids.length === 0) return null
    const low = from === undefined ? 0 : firstSequenceAt(from)
    const high = to === undefined ? Number.MAX_SAFE_INTEGER : firstSequenceAt(to) - 1
    const statement = await statementFor(filter, order, ids)
    const named = source === undefined && type === undefined ? [] : [source ?? null, type ?? null]
    const values = (behind: Position, size: number) => [ids, behind.seq, behind.destination, low, high, size, ...named]
    return { start, statement, values }
  }

  return {
    async find(request) {
      const prepared = await prepare(request)
      if (prepared === null) return { found: [], next: null }
      const found: FoundDelivery[] = []
      let last = prepared.start
      let size = Math.min(chunk.first, budget)
      const until = performance.now() + maxMs
      for (let looked = 0; ; size = Math.min(chunk.later, budget - looked)) {
        const rows = await query(prepared.statement, prepared.values(last, size))
        for (const [i, row] of rows.entries()) {
          last = toPosition(row)
          if (row['fits'] === true) found.push({ ...last, state: Number(row['state']) })
          const isEnd = i === rows.length - 1 && rows.length < size
          if (found.length === request.limit && !isEnd) return { found, next: formatPosition(last) }
        }
        looked += rows.length
        if (rows.length < size) return { found, next: null }
        if (looked >= budget || performance.now() > until) return { found, next: formatPosition(last) }
      }
    },

    async count(filter, after) {
      const prepared = await prepare({ filter, order: 'oldest', after })
      if (prepared === null) return { count: 0, next: null }
      const statement = `WITH looked AS MATERIALIZED (${prepared.statement})
        SELECT count(*) AS looked, count(*) FILTER (WHERE fits) AS fits,
          (SELECT seq FROM looked ORDER BY seq DESC, destination DESC LIMIT 1) AS seq,
          (SELECT destination FROM looked ORDER BY seq DESC, destination DESC LIMIT 1) AS destination
        FROM looked`
      let [count, last] = [0, prepared.start]
      const until = performance.now() + maxMs
      for (let left = budget; ; ) {
        const size = Math.min(chunk.later, left)
        const [row] = await query(statement, prepared.values(last, size))
        count += Number(row?.['fits'] ?? 0)
        const looked = Number(row?.['looked'] ?? 0)
        if (row === undefined || looked < size) return { count, next: null }
        last = toPosition(row)
        left -= looked
        if (left <= 0 || performance.now() > until) return { count, next: formatPosition(last) }
      }
    },
  }
}

function sorting(order: ScanRequest['order']): string {
  return order === 'newest' ? 'd.seq DESC, d.destination DESC' : 'd.seq, d.destination'
}

function toPosition(row: Row): Position {
  return { seq: Number(row['seq']), destination: Number(row['destination']) }
}

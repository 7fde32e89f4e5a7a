import { decodeEventId, firstSequenceAt } from '../event-id.ts'
import { formatPosition, parsePosition } from '../position.ts'
import type { EventFilter, ListQuery } from '../types.ts'
import type { Database } from './database.ts'
import type { DeliveryScan, ScanRequest, ScanResult } from './delivery-scan.ts'

export interface EventScanResult {
  /** Newest first. */
  readonly seqs: readonly number[]
  /** The next page is below this one; null: nothing is left. */
  readonly next: number | null
}

/** Finds the events that a query asks for, looking at a bounded number of rows. */
export interface EventScan {
  newest(query: ListQuery): Promise<EventScanResult>
  /** By source, type and time only. */
  oldest(request: ScanRequest): Promise<ScanResult>
}

/** What one statement looks at, at most: from `low` up to, not including, `below`. */
interface Reach {
  readonly low: number
  readonly below: number
  readonly rows: number
  /** Of bodies, where a text is looked for. */
  readonly bytes: number
  /** So many that fit are enough. */
  readonly wanted: number
}

interface Look {
  readonly statement: string
  readonly values: readonly unknown[]
}

/** How many rows one statement looks at, the first time and later. */
const chunks = { first: 256, later: 4096 }
const textChunks = { first: 100, later: 400 }
/** However few rows were looked at, a page is given after this long. */
const maxMs = 150
/** A page that looks into bodies covers so many of them, and bytes. */
const textBudget = { rows: 2000, bytes: 64 * 1024 * 1024 }
/** Events of more kinds than this are not gathered kind by kind: there are many of them, so looking in turn finds them. */
const maxKinds = 200
const viaDeliveries: ReadonlySet<ListQuery['status']> = new Set(['dead', 'retrying', 'pending', 'leased'] as const)

export function createEventScan({ query, tables: t }: Database, deliveries: DeliveryScan, budget: number): EventScan {
  // What is stored under '' is of a type that is not told apart.
  const selectKinds = `SELECT id FROM ${t.kinds}
    WHERE ($1::text IS NULL OR source = $1) AND ($2::text IS NULL OR type = $2 OR type = '') LIMIT ${maxKinds + 1}`
  // Written so that it is looked up row by row: as a join, all deliveries there are would be read for some thousand events.
  const some = (condition: string) =>
    `(SELECT 1 FROM ${t.deliveries} d WHERE d.seq = e.seq AND ${condition} LIMIT 1) IS NOT NULL`
  const became: Readonly<Record<NonNullable<EventFilter['status']>, string>> = {
    none: `NOT (${some('true')})`,
    done: `${some('d.state = 2')} AND NOT (${some('d.state NOT IN (2, 4)')})`,
    retrying: some('d.state = 0 AND d.attempt > d.series_start'),
    pending: some('d.state IN (-1, 0)'),
    leased: some('d.state = 1'),
    dead: some('d.state = 3'),
    discarded: some('d.state = 4'),
  }
  /** The statement that looks at some events, newest first, and gives those that fit, how many it looked at, and how far it came. */
  function look(filter: EventFilter, kinds: readonly number[] | null, reach: Reach): Look {
    const { source, type, status, text } = filter
    const values: unknown[] = []
    const put = (value: unknown) => `$${values.push(value)}`
    const inOrder = `seq < ${put(reach.below)} AND seq >= ${put(reach.low)} ORDER BY seq DESC LIMIT ${put(reach.rows)}`
    const rows =
      kinds === null
        ? `(SELECT * FROM ${t.events} WHERE ${inOrder}) e`
        : `(SELECT s.seq FROM unnest(${put(kinds)}::int[]) AS k (id)
            CROSS JOIN LATERAL (SELECT seq FROM ${t.events} WHERE kind = k.id AND ${inOrder}) s
            ORDER BY s.seq DESC LIMIT ${put(reach.rows)}) s
           CROSS JOIN LATERAL (SELECT * FROM ${t.events} e WHERE e.seq = s.seq LIMIT 1) e`
    const conditions = ['true']
    if (source !== undefined) conditions.push(`e.source = ${put(source)}`)
    if (type !== undefined) conditions.push(`e.type = ${put(type)}`)
    if (status !== undefined) conditions.push(became[status])
    // What nobody asks for is not read: of events as such, their index holds enough.
    const columns = ['e.seq']
    if (source !== undefined) columns.push('e.source')
    if (type !== undefined || text !== undefined) columns.push('e.type')
    if (text !== undefined) {
      columns.push('e.external_id', 'e.body_size', 'sum(e.body_size) OVER (ORDER BY e.seq DESC) - e.body_size AS ahead')
      const prefix = put(prefixOf(text))
      conditions.push(`(starts_with(e.external_id, ${prefix}) OR starts_with(e.type, ${prefix})
        OR (SELECT position(${put(Buffer.from(text))}::bytea IN p.body) FROM ${t.payloads} p WHERE p.seq = e.seq) > 0)`)
    }
    const looked = `SELECT ${columns.join(', ')} FROM ${rows} ORDER BY e.seq DESC`
    const taken = text === undefined ? looked : `SELECT * FROM (${looked}) e WHERE e.ahead < ${put(reach.bytes)}`
    const statement = `WITH taken AS MATERIALIZED (${taken})
      SELECT (SELECT count(*) FROM taken) AS looked, (SELECT min(seq) FROM taken) AS last,
        ${text === undefined ? '0' : '(SELECT sum(body_size) FROM taken)'} AS bytes,
        ARRAY(SELECT e.seq FROM taken e WHERE ${conditions.join(' AND ')} ORDER BY e.seq DESC LIMIT ${put(reach.wanted)}) AS seqs`
    return { statement, values }
  }

  /** Null: in turn, whatever their kind. */
  async function kindsOf({ source, type }: EventFilter): Promise<readonly number[] | null> {
    if (source === undefined && type === undefined) return null
    const rows = await query(selectKinds, [source ?? null, type ?? null])
    return rows.length > maxKinds ? null : rows.map(({ id }) => Number(id))
  }

  async function scan(wanted: ListQuery, before: number, atLeast = 0): Promise<EventScanResult> {
    const { limit, source, type, from, to, status, text } = wanted
    const low = Math.max(atLeast, from === undefined ? 0 : firstSequenceAt(from))
    const kinds = await kindsOf(wanted)
    const chunk = text === undefined ? chunks : textChunks
    const isAny = [source, type, status, text].every((one) => one === undefined)
    const seqs: number[] = []
    let below = to === undefined ? before : Math.min(before, firstSequenceAt(to))
    let left = text === undefined ? budget : Math.min(budget, textBudget.rows)
    let rows = isAny ? limit : chunk.first
    let bytes = textBudget.bytes
    const until = performance.now() + maxMs
    for (;;) {
      const reach = { low, below, rows: Math.min(rows, left), bytes, wanted: limit - seqs.length }
      const { statement, values } = look(wanted, kinds, reach)
      const [row] = await query(statement, values)
      const looked = Number(row?.['looked'] ?? 0)
      const found: unknown = row?.['seqs']
      if (Array.isArray(found)) seqs.push(...found.map(Number))
      const isEnd = looked === 0 || (text === undefined && looked < reach.rows)
      if (isEnd && seqs.length < limit) return { seqs, next: null }
      below = seqs.length === limit ? (seqs.at(-1) ?? 0) : Number(row?.['last'])
      left -= looked
      bytes -= Number(row?.['bytes'])
      if (seqs.length === limit || left <= 0 || bytes <= 0 || performance.now() > until) return { seqs, next: below }
      rows = chunk.later
    }
  }

  /** By way of an index on the deliveries in that state. */
  async function scanByDelivery(wanted: ListQuery, before: number): Promise<EventScanResult> {
    const { limit, status, source, type, from, to } = wanted
    if (status === undefined || status === 'none') return { seqs: [], next: null }
    const filter = {
      state: status,
      ...(source === undefined ? {} : { source }),
      ...(type === undefined ? {} : { type }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    }
    const after = before === Number.MAX_SAFE_INTEGER ? undefined : formatPosition({ seq: before, destination: -1 })
    const { found, next } = await deliveries.find({ filter, order: 'newest', after, limit })
    const seqs = [...new Set(found.map(({ seq }) => seq))]
    const position = next === null ? null : parsePosition(next)
    if (position === null) return { seqs, next: null }
    // What is left of an event that is not listed yet is looked at again.
    return { seqs, next: seqs.at(-1) === position.seq ? position.seq : position.seq + 1 }
  }

  return {
    async newest(wanted) {
      const { before: cursor, status, source, type, text } = wanted
      if (source?.includes('\0') || type?.includes('\0')) return { seqs: [], next: null }
      const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : (decodeEventId(cursor) ?? 0)
      const named = text === undefined ? null : decodeEventId(text)
      if (named !== null) {
        const { text: _, ...rest } = wanted
        if (named >= before) return { seqs: [], next: null }
        return { seqs: (await scan({ ...rest, limit: 1 }, named + 1, named)).seqs, next: null }
      }
      return viaDeliveries.has(status) && text === undefined ? scanByDelivery(wanted, before) : scan(wanted, before)
    },

    async oldest({ filter, after, limit }) {
      const start = after === undefined ? { seq: -1 } : parsePosition(after)
      const { source, type, from, to } = filter
      if (start === null || source?.includes('\0') || type?.includes('\0')) return { found: [], next: null }
      const low = Math.max(start.seq, from === undefined ? -1 : firstSequenceAt(from) - 1)
      const high = to === undefined ? Number.MAX_SAFE_INTEGER : firstSequenceAt(to)
      const size = Math.min(budget, chunks.later)
      const [row] = await query(
        `WITH looked AS MATERIALIZED (
           SELECT seq, source, type FROM ${t.events} WHERE seq > $1 AND seq < $2 ORDER BY seq LIMIT $3
         )
         SELECT (SELECT count(*) FROM looked) AS looked, (SELECT max(seq) FROM looked) AS last, ARRAY(
           SELECT seq FROM looked WHERE ($4::text IS NULL OR source = $4) AND ($5::text IS NULL OR type = $5)
           ORDER BY seq LIMIT $6
         ) AS seqs`,
        [low, high, size, source ?? null, type ?? null, limit],
      )
      const found = Array.isArray(row?.['seqs']) ? row['seqs'].map(Number) : []
      const isLast = Number(row?.['looked'] ?? 0) < size && found.length < limit
      const last = found.length === limit ? (found.at(-1) ?? 0) : Number(row?.['last'] ?? 0)
      return {
        found: found.map((seq) => ({ seq, destination: null, state: null })),
        next: isLast ? null : formatPosition({ seq: last, destination: 0 }),
      }
    },
  }
}

/** A text of Postgres holds no zero character, so nothing begins with one that has it. Null matches nothing. */
function prefixOf(text: string): string | null {
  return text.includes('\0') ? null : text
}

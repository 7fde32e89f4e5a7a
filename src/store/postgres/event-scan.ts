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

/** What is looked at by one statement, the first time and later. */
const chunk = { first: 256, later: 8192 }
const textChunk = 100
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
  const hasText = `(starts_with(e.external_id, $7) OR starts_with(e.type, $7)
    OR (SELECT position($8::bytea IN p.body) FROM ${t.payloads} p WHERE p.seq = e.seq) > 0)`

  /** What is looked at: $1 above all of it, $2 the last, $3 how many at most, $4 the kinds. */
  const inTurn = `SELECT seq FROM ${t.events} WHERE seq < $1 AND seq >= $2 AND $4::int[] IS NULL ORDER BY seq DESC LIMIT $3`
  const byKind = `SELECT s.seq FROM unnest($4::int[]) AS k (id) CROSS JOIN LATERAL (
      SELECT seq FROM ${t.events} WHERE kind = k.id AND seq < $1 AND seq >= $2 ORDER BY seq DESC LIMIT $3
    ) s ORDER BY s.seq DESC LIMIT $3`

  /** $5 and $6 are source and type, $7 and $8 the text, $9 how many bytes of bodies; the last, how many are wanted. */
  function statementFor(kinds: boolean, status: EventFilter['status'], text: boolean): string {
    const bytes = text ? ', e.body_size, sum(e.body_size) OVER (ORDER BY e.seq DESC) - e.body_size AS ahead' : ''
    const conditions = [
      '($5::text IS NULL OR e.source = $5) AND ($6::text IS NULL OR e.type = $6)',
      ...(status === undefined ? [] : [became[status]]),
      ...(text ? [hasText] : []),
    ]
    return `WITH looked AS MATERIALIZED (
        SELECT e.seq, e.source, e.type, e.external_id${bytes}
        FROM (${kinds ? byKind : inTurn}) s
        CROSS JOIN LATERAL (SELECT * FROM ${t.events} e WHERE e.seq = s.seq LIMIT 1) e ORDER BY e.seq DESC
      ), taken AS (SELECT * FROM looked${text ? ' WHERE ahead < $9' : ''})
      SELECT (SELECT count(*) FROM taken) AS looked, (SELECT min(seq) FROM taken) AS last,
        ${text ? '(SELECT sum(body_size) FROM taken)' : '0'} AS bytes, ARRAY(
        SELECT e.seq FROM taken e WHERE ${conditions.join(' AND ')} ORDER BY e.seq DESC LIMIT ${text ? '$10' : '$7'}
      ) AS seqs`
  }

  /** Null: in turn, whatever their kind. */
  async function kindsOf({ source, type }: EventFilter): Promise<readonly number[] | null> {
    if (source === undefined && type === undefined) return null
    const rows = await query(selectKinds, [source ?? null, type ?? null])
    return rows.length > maxKinds ? null : rows.map(({ id }) => Number(id))
  }

  async function scan(wanted: ListQuery, before: number, atLeast = 0): Promise<EventScanResult> {
    const { limit, source = null, type = null, from, to, status, text } = wanted
    const low = Math.max(atLeast, from === undefined ? 0 : firstSequenceAt(from))
    const kinds = await kindsOf(wanted)
    const statement = statementFor(kinds !== null, status, text !== undefined)
    const seqs: number[] = []
    let below = to === undefined ? before : Math.min(before, firstSequenceAt(to))
    let rows = text === undefined ? budget : Math.min(budget, textBudget.rows)
    let size = Math.min(rows, text === undefined ? chunk.first : textChunk)
    const until = performance.now() + maxMs
    let bytes = textBudget.bytes
    for (;;) {
      const inBody = text === undefined ? [] : [prefixOf(text), Buffer.from(text), bytes]
      const values = [below, low, size, kinds, source, type, ...inBody, limit - seqs.length]
      const [row] = await query(statement, values)
      const looked = Number(row?.['looked'] ?? 0)
      if (looked === 0) return { seqs, next: null }
      const found: unknown = row?.['seqs']
      if (Array.isArray(found)) seqs.push(...found.map(Number))
      below = seqs.length === limit ? (seqs.at(-1) ?? 0) : Number(row?.['last'])
      rows -= looked
      bytes -= Number(row?.['bytes'])
      if (seqs.length === limit || rows <= 0 || bytes <= 0 || performance.now() > until) return { seqs, next: below }
      size = Math.min(rows, text === undefined ? chunk.later : textChunk)
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
      const size = Math.min(budget, chunk.later)
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

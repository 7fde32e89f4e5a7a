import type { DatabaseSync } from 'node:sqlite'
import { decodeEventId, firstSequenceAt } from '../event-id.ts'
import { formatPosition, parsePosition } from '../position.ts'
import type { ListQuery } from '../types.ts'
import type { ScanDeliveries, ScanRequest, ScanResult } from './delivery-scan.ts'
import { createEventRanges } from './event-ranges.ts'
import type { FoundDelivery } from './renewal.ts'

export interface EventScanResult {
  /** Newest first. */
  readonly seqs: readonly number[]
  /** The next page is below this one; null: nothing is left. */
  readonly next: number | null
}

/** Finds the events that a query asks for, looking at a bounded number of rows. */
export interface ScanEvents {
  newest(query: ListQuery): EventScanResult
  /** By source, type and time only. */
  oldest(request: ScanRequest): ScanResult<FoundDelivery>
}

const chunk = 2000
const textChunk = 50
/** A minute counts as so many rows: how many it has is not known beforehand. */
const rowsOfMinute = 100
/** However few rows were looked at, a page is given after this long. */
const maxMs = 150
/** A page that looks into bodies covers so many of them, and bytes. */
const textBudget = { rows: 2000, bytes: 64 * 1024 * 1024 }

export function createEventScan(db: DatabaseSync, scanDeliveries: ScanDeliveries, budget: number): ScanEvents {
  const rangesOf = createEventRanges(db)
  const selectEdge = db.prepare(
    `SELECT count(*) AS count, min(seq) AS last, sum(body_size) AS bytes
     FROM (SELECT seq, body_size FROM events WHERE seq < ? AND seq >= ? ORDER BY seq DESC LIMIT ?)`,
  )
  const selectForward = db.prepare(
    `SELECT count(*) AS count, max(seq) AS last
     FROM (SELECT seq FROM events WHERE seq > ? AND seq < ? ORDER BY seq LIMIT ?)`,
  )
  const selectOldest = db.prepare(
    `SELECT seq FROM events WHERE seq > ?1 AND seq <= ?2 AND (?3 IS NULL OR source = ?3) AND (?4 IS NULL OR type = ?4)
     ORDER BY seq LIMIT ?5`,
  )
  const conditions = `e.seq < ?1 AND e.seq >= ?2 AND (?3 IS NULL OR e.source = ?3) AND (?4 IS NULL OR e.type = ?4)
    AND CASE ?5
      WHEN 'none' THEN NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.seq = e.seq)
      WHEN 'done' THEN EXISTS (SELECT 1 FROM deliveries d WHERE d.seq = e.seq AND d.state = 2)
        AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.seq = e.seq AND d.state NOT IN (2, 4))
      WHEN 'retrying' THEN EXISTS
        (SELECT 1 FROM deliveries d WHERE d.seq = e.seq AND d.state = 0 AND d.attempt > d.series_start)
      WHEN 'pending' THEN EXISTS (SELECT 1 FROM deliveries d WHERE d.seq = e.seq AND d.state IN (-1, 0))
      WHEN 'leased' THEN EXISTS (SELECT 1 FROM deliveries d WHERE d.seq = e.seq AND d.state = 1)
      WHEN 'dead' THEN EXISTS (SELECT 1 FROM deliveries d WHERE d.seq = e.seq AND d.state = 3)
      WHEN 'discarded' THEN EXISTS (SELECT 1 FROM deliveries d WHERE d.seq = e.seq AND d.state = 4)
      ELSE 1 END`
  const selectMatches = db.prepare(`SELECT e.seq FROM events e WHERE ${conditions} ORDER BY e.seq DESC LIMIT ?6`)
  const selectTextMatches = db.prepare(
    `SELECT e.seq FROM events e LEFT JOIN payloads p ON p.seq = e.seq
     WHERE ${conditions} AND (substr(e.external_id, 1, length(?7)) = ?7 OR substr(e.type, 1, length(?7)) = ?7
       OR instr(p.body, ?8) > 0)
     ORDER BY e.seq DESC LIMIT ?6`,
  )

  function matches(query: ListQuery, high: number, low: number, limit: number): number[] {
    const { source = null, type = null, status = null, text } = query
    const rows =
      text === undefined
        ? selectMatches.all(high, low, source, type, status, limit)
        : selectTextMatches.all(high, low, source, type, status, limit, text, Buffer.from(text))
    return rows.map(({ seq }) => Number(seq))
  }

  function scan(query: ListQuery, before: number): EventScanResult {
    const { limit, text } = query
    const seqs: number[] = []
    let rows = text === undefined ? budget : Math.min(budget, textBudget.rows)
    let bytes = text === undefined ? Number.POSITIVE_INFINITY : textBudget.bytes
    const size = text === undefined ? chunk : textChunk
    const until = performance.now() + maxMs
    for (const { low, high, short } of rangesOf(query, before)) {
      let below = high
      for (;;) {
        if (seqs.length === limit || rows <= 0 || bytes <= 0 || performance.now() > until) return { seqs, next: below }
        if (short && text === undefined) {
          rows -= rowsOfMinute
          seqs.push(...matches(query, below, low, limit - seqs.length))
          if (seqs.length < limit) break
          below = seqs.at(-1) ?? low
          continue
        }
        const edge = selectEdge.get(below, low, Math.min(size, rows))
        const count = Number(edge?.['count'] ?? 0)
        // A minute without a row costs a look too.
        rows -= Math.max(1, count)
        if (count === 0) break
        bytes -= Number(edge?.['bytes'] ?? 0)
        const last = Number(edge?.['last'])
        seqs.push(...matches(query, below, last, limit - seqs.length))
        below = seqs.length === limit ? (seqs.at(-1) ?? last) : last
      }
    }
    return { seqs, next: null }
  }

  /** By way of an index on the deliveries in that state. */
  function scanByDelivery(query: ListQuery, state: 'dead' | 'retrying' | 'pending' | 'leased', before: number) {
    const { limit, source, type, from, to } = query
    const filter = {
      state,
      ...(source === undefined ? {} : { source }),
      ...(type === undefined ? {} : { type }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    }
    const after = before === Number.MAX_SAFE_INTEGER ? undefined : formatPosition({ seq: before, destination: -1 })
    const { found, next } = scanDeliveries({ filter, order: 'newest', after, limit })
    const seqs = [...new Set(found.map(({ seq }) => seq))]
    const position = next === null ? null : parsePosition(next)
    if (position === null) return { seqs, next: null }
    // What is left of an event that is not listed yet is looked at again.
    return { seqs, next: seqs.at(-1) === position.seq ? position.seq : position.seq + 1 }
  }

  function newest(query: ListQuery): EventScanResult {
    const { before: cursor, status, text } = query
    const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : (decodeEventId(cursor) ?? 0)
    const named = text === undefined ? null : decodeEventId(text)
    if (named !== null) {
      const { text: _, ...rest } = query
      return { seqs: named < before ? matches(rest, named + 1, named, 1) : [], next: null }
    }
    const indexed = status === 'dead' || status === 'retrying' || status === 'pending' || status === 'leased'
    return indexed && text === undefined ? scanByDelivery(query, status, before) : scan(query, before)
  }

  function oldest({ filter, after, limit }: ScanRequest): ScanResult<FoundDelivery> {
    const start = after === undefined ? { seq: -1 } : parsePosition(after)
    if (start === null) return { found: [], next: null }
    const { source = null, type = null, from, to } = filter
    let last = Math.max(start.seq, from === undefined ? -1 : firstSequenceAt(from) - 1)
    const high = to === undefined ? Number.MAX_SAFE_INTEGER : firstSequenceAt(to)
    const found: FoundDelivery[] = []
    for (let rows = budget; rows > 0 && found.length < limit; ) {
      const edge = selectForward.get(last, high, Math.min(chunk, rows))
      const count = Number(edge?.['count'] ?? 0)
      if (count === 0) return { found, next: null }
      const end = Number(edge?.['last'])
      const seqs = selectOldest.all(last, end, source, type, limit - found.length).map(({ seq }) => Number(seq))
      found.push(...seqs.map((seq) => ({ seq, destination: null, state: null })))
      last = found.length === limit ? (seqs.at(-1) ?? end) : end
      rows -= count
    }
    return { found, next: formatPosition({ seq: last, destination: 0 }) }
  }

  return { newest, oldest }
}

import type { DatabaseSync } from 'node:sqlite'
import { decodeEventId } from '../event-id.ts'
import { type Row, summaryColumns, toStoredEvent } from '../sql/rows.ts'
import { stateCodes } from '../sql/states.ts'
import type { ClaimRequest, ClaimResult, Lease, Settlement } from '../types.ts'
import type { AttemptLog } from './attempt-log.ts'
import type { Destinations } from './destinations.ts'
import type { Ordering } from './ordering.ts'
import { lanes } from './renewal.ts'
import type { Tallies } from './tallies.ts'

/** The writer's side of attempts; everything happens inside its open transaction. */
export interface Deliveries {
  claim(requests: readonly ClaimRequest[], now: number): ClaimResult
  settle(settlements: readonly Settlement[], now: number): boolean[]
  /** After a crash nobody holds a lease any more: what was under way falls due at once. Says how many. */
  releaseAll(now: number): number
}

export interface DeliveryParts {
  readonly destinations: Destinations
  readonly attempts: AttemptLog
  readonly ordering: Ordering
  readonly tallies: Tallies
}

const outcomeStates = { retry: 0, done: 2, dead: 3 } as const

export function createDeliveries(db: DatabaseSync, parts: DeliveryParts): Deliveries {
  const { destinations, attempts, ordering, tallies } = parts
  // What the partial index says of the state must stand literally, or SQLite cannot use it; CROSS JOIN keeps the order of
  // the tables. A LIMIT that is a parameter alone would have the statement compiled anew at each call. Rows as lists: one
  // with a name for each of its values costs a quarter of the claim.
  const selectDue = db.prepare(
    `SELECT d.state, d.attempt, d.series_start, d.crashes, ${summaryColumns}, p.headers, p.body
     FROM deliveries d CROSS JOIN events e ON e.seq = d.seq LEFT JOIN payloads p ON p.seq = d.seq
     WHERE d.destination = ? AND d.lane = ? AND d.state >= 0 AND d.state < 2 AND d.due_at <= ?
     ORDER BY d.due_at, d.seq LIMIT ? + 0`,
  )
  selectDue.setReturnArrays(true)
  const selectNext = db.prepare(
    'SELECT min(due_at) AS at FROM deliveries WHERE destination = ? AND lane = ? AND state >= 0 AND state < 2',
  )
  // Reading and then writing is cheaper than RETURNING.
  const lease = db.prepare(
    `UPDATE deliveries SET state = 1, attempt = ?, crashes = ?, due_at = ?, started_at = ?
     WHERE seq = ? AND destination = ?`,
  )
  const settle = db.prepare(
    `UPDATE deliveries SET state = ?, due_at = ?, last_status = ?, last_error = ?, crashes = 0,
       started_at = coalesce(?, started_at), duration_ms = ?
     WHERE seq = ? AND destination = ? AND state = 1 AND attempt = ?`,
  )
  const giveBack = db.prepare(
    `UPDATE deliveries SET state = 0, due_at = ?, series_start = series_start + 1, last_error = coalesce(?, last_error)
     WHERE seq = ? AND destination = ? AND state = 1 AND attempt = ?`,
  )
  const release = db.prepare(
    'UPDATE deliveries SET due_at = ? WHERE state = 1 AND state >= 0 AND state < 2 AND due_at > ?',
  )

  function claimOne({ destination, limit, leaseMs }: ClaimRequest, id: number, now: number): Lease[] {
    const leaseUntil = now + leaseMs
    const due = selectDue.all(id, lanes.live, now, limit)
    if (due.length < limit) due.push(...selectDue.all(id, lanes.bulk, now, limit - due.length))
    return due.map((values) => {
      const found = toDueRow(values)
      const seq = Number(found['seq'])
      const crashed = found['state'] === stateCodes.leased
      if (crashed) attempts.crashed(seq, id)
      const attempt = Number(found['attempt']) + 1
      const crashes = Number(found['crashes']) + (crashed ? 1 : 0)
      lease.run(attempt, crashes, leaseUntil, now, seq, id)
      const attemptInSeries = attempt - Number(found['series_start'])
      return { destination, attempt, attemptInSeries, crashes, leaseUntil, event: toStoredEvent(found) }
    })
  }

  function nextDueAt(id: number): number | null {
    const live = selectNext.get(id, lanes.live)?.['at']
    const bulk = selectNext.get(id, lanes.bulk)?.['at']
    if (typeof live !== 'number') return typeof bulk === 'number' ? bulk : null
    return typeof bulk === 'number' ? Math.min(live, bulk) : live
  }

  function record(settlement: Settlement, seq: number, destination: number, now: number): boolean {
    const { outcome, attempt, status, error, record, dueAt = now } = settlement
    if (outcome === 'released' || outcome === 'deferred') {
      return giveBack.run(dueAt, error, seq, destination, attempt).changes === 1
    }
    const state = outcomeStates[outcome]
    const startedAt = record?.startedAt ?? null
    const ms = record?.durationMs ?? null
    const { changes } = settle.run(state, dueAt, status, error, startedAt, ms, seq, destination, attempt)
    if (changes === 1) tallies.attempt(destination, outcome, now)
    return changes === 1
  }

  function settleOne(settlement: Settlement, now: number): boolean {
    const seq = decodeEventId(settlement.eventId)
    if (seq === null) return false
    const destination = destinations.idOf(settlement.destination)
    if (!record(settlement, seq, destination, now)) return false
    attempts.settled(seq, destination, settlement)
    const key = ordering.keyOf(seq, destination)
    if (key !== null) ordering.advance(destination, key)
    return true
  }

  return {
    claim(requests, now) {
      const leases: Lease[] = []
      let next: number | null = null
      for (const request of requests) {
        const id = destinations.idOf(request.destination)
        if (destinations.isStopped(id)) continue
        leases.push(...claimOne(request, id, now))
        const at = nextDueAt(id)
        if (at !== null && (next === null || at < next)) next = at
      }
      return { leases, nextDueAt: next }
    },
    settle: (settlements, now) => settlements.map((settlement) => settleOne(settlement, now)),
    releaseAll: (now) => Number(release.run(now, now).changes),
  }
}

/** A row of `selectDue`, in the order of its columns. */
function toDueRow(values: unknown): Row {
  if (!Array.isArray(values)) throw new TypeError('SQLite gave no list of values')
  return {
    state: values[0],
    attempt: values[1],
    series_start: values[2],
    crashes: values[3],
    seq: values[4],
    source: values[5],
    type: values[6],
    external_id: values[7],
    received_at: values[8],
    body_size: values[9],
    duplicates: values[10],
    conflict: values[11],
    repeated: values[12],
    secret: values[13],
    headers: values[14],
    body: values[15],
  }
}

import type { DatabaseSync } from 'node:sqlite'
import { decodeEventId } from '../event-id.ts'
import type { ClaimRequest, ClaimResult, Lease, Settlement } from '../types.ts'
import type { DestinationIds } from './destination-ids.ts'
import { summaryColumns, toStoredEvent } from './rows.ts'

/** The writer's side of deliveries; everything happens inside its open transaction. */
export interface Deliveries {
  claim(requests: readonly ClaimRequest[], now: number): ClaimResult
  settle(settlements: readonly Settlement[], now: number): boolean[]
  replay(id: string, now: number): boolean
  /** After a crash nobody holds a lease any more: what was under way falls due at once. Says how many. */
  releaseAll(now: number): number
}

const outcomeStates = { retry: 0, done: 2, dead: 3 } as const

export function createDeliveries(db: DatabaseSync, destinations: DestinationIds): Deliveries {
  // The comparison with 2 must stand literally, or SQLite cannot use the partial index.
  const selectDue = db.prepare(
    `SELECT seq FROM deliveries WHERE destination = ? AND state < 2 AND due_at <= ? ORDER BY due_at, seq LIMIT ?`,
  )
  const lease = db.prepare(
    `UPDATE deliveries SET state = 1, attempt = attempt + 1, due_at = ? WHERE seq = ? AND destination = ?
     RETURNING attempt, series_start`,
  )
  const selectEvent = db.prepare(
    `SELECT ${summaryColumns}, p.headers, p.body FROM events e LEFT JOIN payloads p ON p.seq = e.seq WHERE e.seq = ?`,
  )
  const selectNext = db.prepare('SELECT min(due_at) AS at FROM deliveries WHERE destination = ? AND state < 2')
  const settle = db.prepare(
    `UPDATE deliveries SET state = ?, due_at = ?, last_status = ?, last_error = ?
     WHERE seq = ? AND destination = ? AND state = 1 AND attempt = ?`,
  )
  const replay = db.prepare(
    `UPDATE deliveries SET state = 0, series_start = attempt, due_at = ?
     WHERE seq = ? AND state <> 1 AND EXISTS (SELECT 1 FROM payloads WHERE payloads.seq = deliveries.seq)`,
  )
  const selectPayload = db.prepare('SELECT 1 FROM payloads WHERE seq = ?')
  const release = db.prepare('UPDATE deliveries SET due_at = ? WHERE state = 1 AND state < 2 AND due_at > ?')

  function claimOne(request: ClaimRequest, now: number): Lease[] {
    const destination = destinations.idOf(request.destination)
    const leaseUntil = now + request.leaseMs
    const leases: Lease[] = []
    for (const { seq } of selectDue.all(destination, now, request.limit)) {
      const row = selectEvent.get(Number(seq))
      const taken = lease.get(leaseUntil, Number(seq), destination)
      if (row === undefined || taken === undefined) continue
      const attempt = Number(taken['attempt'])
      leases.push({
        destination: request.destination,
        attempt,
        attemptInSeries: attempt - Number(taken['series_start']),
        leaseUntil,
        event: toStoredEvent(row),
      })
    }
    return leases
  }

  return {
    claim(requests, now) {
      const leases = requests.flatMap((request) => claimOne(request, now))
      let nextDueAt: number | null = null
      for (const request of requests) {
        const at = selectNext.get(destinations.idOf(request.destination))?.['at']
        if (typeof at === 'number' && (nextDueAt === null || at < nextDueAt)) nextDueAt = at
      }
      return { leases, nextDueAt }
    },

    settle(settlements, now) {
      return settlements.map((settlement) => {
        const seq = decodeEventId(settlement.eventId)
        if (seq === null) return false
        const { changes } = settle.run(
          outcomeStates[settlement.outcome],
          settlement.dueAt ?? now,
          settlement.status,
          settlement.error,
          seq,
          destinations.idOf(settlement.destination),
          settlement.attempt,
        )
        return changes === 1
      })
    },

    replay(id, now) {
      const seq = decodeEventId(id)
      if (seq === null || selectPayload.get(seq) === undefined) return false
      replay.run(now, seq)
      return true
    },

    releaseAll(now) {
      return Number(release.run(now, now).changes)
    },
  }
}

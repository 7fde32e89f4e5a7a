import { decodeEventId } from '../event-id.ts'
import { createHeldLeases } from '../held-leases.ts'
import { numberOrNull, type Row, toStoredEvent } from '../sql/rows.ts'
import type { ClaimRequest, ClaimResult, Lease } from '../types.ts'
import type { Database } from './database.ts'
import type { Names } from './names.ts'

/** Leasing deliveries to this process. */
export interface Claims {
  /** @throws {StoreUnavailableError} */
  claim(requests: readonly ClaimRequest[], now: number): Promise<ClaimResult>
  /** Somebody said how an attempt ended, or nobody has to any more. */
  ended(eventId: string, destination: string, attempt: number): void
  /** Has the leases end now that this process still holds, so that others need not wait for it. */
  giveUp(now: number): Promise<void>
}

export function createClaims({ query, tables }: Pick<Database, 'query' | 'tables'>, names: Names): Claims {
  const claim = `SELECT * FROM ${tables.schema}.claim_1($1, $2, $3, $4)`
  const giveUp = `UPDATE ${tables.deliveries} d SET due_at = least(d.due_at, $1)
    FROM unnest($2::bigint[], $3::integer[], $4::integer[]) AS i (seq, destination, attempt)
    WHERE d.seq = i.seq AND d.destination = i.destination AND d.attempt = i.attempt AND d.state + 0 = 1`
  const held = createHeldLeases()

  return {
    async claim(requests, now) {
      if (requests.length === 0) return { leases: [], nextDueAt: null }
      const ids = await names.destinations(requests.map(({ destination }) => destination))
      const limits = requests.map(({ limit }) => limit)
      const rows = await query(claim, [ids, limits, requests.map(({ leaseMs }) => Math.ceil(leaseMs)), now])
      const leases = rows.flatMap((row) => {
        const request = requests[Number(row['place']) - 1]
        return request === undefined ? [] : [toLease(row, request, now)]
      })
      held.hold(leases, now)
      return { leases, nextDueAt: numberOrNull(rows.at(-1)?.['next_due_at']) }
    },

    ended: held.ended,

    async giveUp(now) {
      const leases = held.takeAll()
      if (leases.length === 0) return
      await query(giveUp, [
        now,
        leases.map(({ eventId }) => decodeEventId(eventId)),
        await names.destinations(leases.map(({ destination }) => destination)),
        leases.map(({ attempt }) => attempt),
      ])
    },
  }
}

function toLease(row: Row, { destination, leaseMs }: ClaimRequest, now: number): Lease {
  const attempt = Number(row['attempt'])
  return {
    destination,
    attempt,
    attemptInSeries: attempt - Number(row['series_start']),
    crashes: Number(row['crashes']),
    leaseUntil: now + Math.ceil(leaseMs),
    event: toStoredEvent(row),
  }
}

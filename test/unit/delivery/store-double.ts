import { StoreUnavailableError } from '../../../src/store/errors.ts'
import type { ClaimRequest, Lease, Settlement, Store, StoredEvent } from '../../../src/store/types.ts'

interface Row {
  readonly event: StoredEvent
  readonly destination: string
  state: 'pending' | 'leased' | 'done' | 'dead'
  attempt: number
  /** As `attempt`, without those that were given back. */
  counted: number
  crashes: number
  dueAt: number
  lastStatus: number | null
  lastError: string | null
}

export interface StoreDouble extends Pick<Store, 'claim' | 'settle'> {
  add(event: StoredEvent, destinations: readonly string[], dueAt: number, attempt?: number, crashes?: number): void
  row(eventId: string, destination: string): Row
  readonly claims: (readonly ClaimRequest[])[]
  readonly settles: (readonly Settlement[])[]
  /** While set, calls fail with it. */
  failure: Error | null
}

/** The part of a store that delivery uses, in memory, with leases and fencing as the contract says. */
export function storeDouble(): StoreDouble {
  const rows: Row[] = []
  const find = (eventId: string, destination: string): Row | undefined =>
    rows.find((row) => row.event.id === eventId && row.destination === destination)

  return {
    claims: [],
    settles: [],
    failure: null,
    add(event, destinations, dueAt, attempt = 0, crashes = 0) {
      for (const destination of destinations) {
        rows.push({
          event,
          destination,
          state: 'pending',
          attempt,
          counted: attempt,
          crashes,
          dueAt,
          lastStatus: null,
          lastError: null,
        })
      }
    },
    row(eventId, destination) {
      const row = find(eventId, destination)
      if (row === undefined) throw new Error(`no delivery of ${eventId} to ${destination}`)
      return row
    },
    async claim(requests, now) {
      if (this.failure !== null) throw this.failure
      this.claims.push(requests)
      const leases: Lease[] = []
      let nextDueAt: number | null = null
      for (const { destination, limit, leaseMs } of requests) {
        const open = rows
          .filter((row) => row.destination === destination && (row.state === 'pending' || row.state === 'leased'))
          .sort((a, b) => a.dueAt - b.dueAt)
        for (const row of open.filter(({ dueAt }) => dueAt <= now).slice(0, limit)) {
          row.state = 'leased'
          row.attempt += 1
          row.counted += 1
          row.dueAt = now + leaseMs
          const { event, attempt, crashes } = row
          leases.push({ destination, attempt, attemptInSeries: row.counted, crashes, leaseUntil: row.dueAt, event })
        }
        for (const { dueAt } of open) nextDueAt = Math.min(nextDueAt ?? dueAt, dueAt)
      }
      return { leases, nextDueAt }
    },
    async settle(settlements, now) {
      if (this.failure !== null) throw this.failure
      this.settles.push(settlements)
      return settlements.map((settlement) => {
        const row = find(settlement.eventId, settlement.destination)
        if (row === undefined || row.state !== 'leased' || row.attempt !== settlement.attempt) return false
        const { outcome } = settlement
        if (outcome === 'released' || outcome === 'deferred') row.counted -= 1
        row.state = outcome === 'done' || outcome === 'dead' ? outcome : 'pending'
        row.dueAt = settlement.dueAt ?? now
        row.lastStatus = settlement.status
        row.lastError = settlement.error
        return true
      })
    },
  }
}

export const storeDown = (): Error => new StoreUnavailableError('the store is away')

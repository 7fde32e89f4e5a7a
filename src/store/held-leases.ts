import type { Lease } from './types.ts'

/** The leases that this process holds, to be given back when it closes: others need not wait for their end then. */
export interface HeldLeases {
  hold(leases: readonly Lease[], now: number): void
  /** Somebody said how an attempt ended. */
  ended(eventId: string, destination: string, attempt: number): void
  /** Those that are held now; none are from then on. */
  takeAll(): readonly HeldLease[]
}

export interface HeldLease {
  readonly eventId: string
  readonly destination: string
  readonly attempt: number
  readonly leaseUntil: number
}

/** Leases that ended long ago without a word are another's by now; looked for when there are so many. */
const many = 10_000

export function createHeldLeases(): HeldLeases {
  const held = new Map<string, HeldLease>()
  const nameOf = (eventId: string, destination: string) => `${eventId} ${destination}`

  return {
    hold(leases, now) {
      for (const { event, destination, attempt, leaseUntil } of leases) {
        held.set(nameOf(event.id, destination), { eventId: event.id, destination, attempt, leaseUntil })
      }
      if (held.size < many) return
      for (const [name, { leaseUntil }] of held) if (leaseUntil <= now) held.delete(name)
    },
    ended(eventId, destination, attempt) {
      const name = nameOf(eventId, destination)
      if (held.get(name)?.attempt === attempt) held.delete(name)
    },
    takeAll() {
      const all = [...held.values()]
      held.clear()
      return all
    },
  }
}

import type { ClaimRequest } from '../store/types.ts'
import type { Destination } from './types.ts'

/** How busy a destination is. */
export interface Slots {
  readonly destination: Destination
  readonly leaseMs: number
  /** Attempts under way. */
  running: number
  /** Attempts that ended and are not recorded yet. */
  unsettled: number
}

/** What a lease lasts beyond the attempt: time to record the outcome, a hiccup of the store included. */
const LEASE_MARGIN_MS = 10_000

/**
 * One entry per destination, by name.
 *
 * @throws {Error} for a doubled name, or a lease that is not longer than a destination's time limit
 */
export function createSlots(destinations: readonly Destination[], leaseMs?: number): ReadonlyMap<string, Slots> {
  const slots = new Map<string, Slots>()
  for (const destination of destinations) {
    const { name, timeoutMs } = destination
    if (slots.has(name)) throw new Error(`two destinations are named ${name}: their deliveries could not be told apart`)
    const lease = leaseMs ?? timeoutMs + LEASE_MARGIN_MS
    if (lease <= timeoutMs) {
      throw new Error(`leases of ${lease} ms end before an attempt at ${name} does, which may take ${timeoutMs} ms`)
    }
    slots.set(name, { destination, leaseMs: lease, running: 0, unsettled: 0 })
  }
  return slots
}

/**
 * Asks for as many deliveries as each destination has free slots. A slot is free as soon as its attempt has ended, so
 * that recording the outcome and claiming the next one can share a commit; what is not recorded yet is bounded all the
 * same.
 */
export function claimRequests(slots: ReadonlyMap<string, Slots>): ClaimRequest[] {
  const requests: ClaimRequest[] = []
  for (const { destination, leaseMs, running, unsettled } of slots.values()) {
    const { name, concurrency } = destination
    const limit = Math.min(concurrency - running, 2 * concurrency - running - unsettled)
    if (limit > 0) requests.push({ destination: name, limit, leaseMs })
  }
  return requests
}

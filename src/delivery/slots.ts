import type { ClaimRequest } from '../store/types.ts'
import { type Breaker, createBreaker, DEFAULT_BREAKER } from './breaker.ts'
import { createRate, type Rate } from './rate.ts'
import type { Destination } from './types.ts'

/** How busy a destination is. */
export interface Slots {
  readonly destination: Destination
  readonly leaseMs: number
  /** Null: it is never left alone. */
  readonly breaker: Breaker | null
  /** Null: as many as it has slots for. */
  readonly rate: Rate | null
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
export function createSlots(
  destinations: readonly Destination[],
  now: number,
  leaseMs?: number,
): ReadonlyMap<string, Slots> {
  const slots = new Map<string, Slots>()
  for (const destination of destinations) {
    const { name, timeoutMs, ratePerSecond, breaker = DEFAULT_BREAKER } = destination
    if (slots.has(name)) throw new Error(`two destinations are named ${name}: their deliveries could not be told apart`)
    const lease = leaseMs ?? timeoutMs + LEASE_MARGIN_MS
    if (lease <= timeoutMs) {
      throw new Error(`leases of ${lease} ms end before an attempt at ${name} does, which may take ${timeoutMs} ms`)
    }
    slots.set(name, {
      destination,
      leaseMs: lease,
      breaker: breaker && createBreaker(breaker),
      rate: ratePerSecond === undefined ? null : createRate(ratePerSecond, now),
      running: 0,
      unsettled: 0,
    })
  }
  return slots
}

export interface ClaimPlan {
  readonly requests: readonly ClaimRequest[]
  /** When a destination that has free slots but may not begin now may begin again, in Unix milliseconds; null: none. */
  readonly heldUntil: number | null
}

/**
 * Asks for as many deliveries as each destination has free slots, within its rate, and for none while its breaker is
 * open: what is not claimed spends no attempt. A slot is free as soon as its attempt has ended, so that recording the
 * outcome and claiming the next one can share a commit; what is not recorded yet is bounded all the same.
 */
export function planClaim(slots: ReadonlyMap<string, Slots>, now: number): ClaimPlan {
  const requests: ClaimRequest[] = []
  let heldUntil: number | null = null
  for (const { destination, leaseMs, breaker, rate, running, unsettled } of slots.values()) {
    const { name, concurrency } = destination
    const free = Math.min(concurrency - running, 2 * concurrency - running - unsettled)
    if (free <= 0) continue
    const allowed = breaker?.allowance(now, running) ?? free
    const limit = Math.min(free, allowed, rate?.available(now) ?? free)
    if (limit > 0) {
      requests.push({ destination: name, limit, leaseMs })
      continue
    }
    // A half-open breaker has no time: the end of its probe asks again.
    const until = allowed > 0 ? rate?.nextAt(now) : breaker?.opensUntil(now)
    if (until === undefined || until === null) continue
    if (heldUntil === null || until < heldUntil) heldUntil = until
  }
  return { requests, heldUntil }
}

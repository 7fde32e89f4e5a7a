import type { ClaimRequest } from '../store/types.ts'
import { type AskedPause, createAskedPause } from './asked-pause.ts'
import { type Breaker, createBreaker, DEFAULT_BREAKER } from './breaker.ts'
import { createRate, type Rate } from './rate.ts'
import type { Destination } from './types.ts'

/** How busy a destination is. */
export interface Slots {
  readonly destination: Destination
  readonly leaseMs: number
  /** Null: it is never left alone. */
  readonly breaker: Breaker | null
  /** What it asked for with `Retry-After`. */
  readonly pause: AskedPause
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
      pause: createAskedPause(),
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
 * open or it has asked for a pause: what is not claimed spends no attempt. A slot is free as soon as its attempt has
 * ended, so that recording the outcome and claiming the next one can share a commit; what is not recorded yet is bounded
 * all the same.
 */
export function planClaim(slots: ReadonlyMap<string, Slots>, now: number): ClaimPlan {
  const requests: ClaimRequest[] = []
  let heldUntil: number | null = null
  for (const { destination, leaseMs, breaker, pause, rate, running, unsettled } of slots.values()) {
    const { name, concurrency } = destination
    const free = Math.min(concurrency - running, 2 * concurrency - running - unsettled)
    if (free <= 0) continue
    const allowed = Math.min(breaker?.allowance(now, running) ?? free, pause.allowance(now, running))
    const limit = Math.min(free, allowed, rate?.available(now) ?? free)
    if (limit > 0) {
      requests.push({ destination: name, limit, leaseMs })
      continue
    }
    // While one delivery is tried there is no time: its end asks again.
    const until = allowed > 0 ? (rate?.nextAt(now) ?? null) : leftAloneUntil({ breaker, pause }, now)
    if (until === null) continue
    if (heldUntil === null || until < heldUntil) heldUntil = until
  }
  return { requests, heldUntil }
}

/** Until when no attempt begins there, in Unix milliseconds; null: none is held back, or what is due next is tried. */
export function leftAloneUntil({ breaker, pause }: Pick<Slots, 'breaker' | 'pause'>, now: number): number | null {
  const [fails, asked] = [breaker?.opensUntil(now) ?? null, pause.until(now)]
  return fails === null || asked === null ? (fails ?? asked) : Math.max(fails, asked)
}

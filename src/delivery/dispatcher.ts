import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ClaimResult, Lease, Store } from '../store/types.ts'
import { type AttemptTracer, untraced } from '../tracing/attempt-tracer.ts'
import { type Brake, createBrake } from './brake.ts'
import type { BreakerChange, BreakerState } from './breaker.ts'
import { type Clock, systemClock } from './clock.ts'
import { describeError } from './one-line.ts'
import { createPulse } from './pulse.ts'
import type { AttemptReport } from './report.ts'
import { createRunner } from './runner.ts'
import { createSettler } from './settler.ts'
import { createSlots, leftAloneUntil, planClaim } from './slots.ts'
import { storeBackoff } from './store-backoff.ts'
import type { Destination, Log } from './types.ts'

/** For how long what happens close together is gathered, in milliseconds; 0: it is not. */
export interface Gathering {
  /** An attempt that ended waits for others of its destination to be recorded with, unless it was the last under way. */
  readonly endedMs: number
  /** An event that comes so soon after another one waits to be handed on with those beside it. */
  readonly newMs: number
}

export interface DispatcherOptions {
  readonly store: Pick<Store, 'claim' | 'settle'>
  readonly destinations: readonly Destination[]
  readonly log: Log
  readonly clock?: Clock
  /** From 0 to 1, 1 excluded. */
  readonly random?: () => number
  /** Length of a lease, in milliseconds; must exceed every destination's time limit. Default: that limit + 10 s. */
  readonly leaseMs?: number
  /** How long `stop` lets attempts under way go on, in milliseconds. */
  readonly graceMs?: number
  /** The longest the store goes unasked, in milliseconds: finds what other processes left behind. */
  readonly pollMs?: number
  readonly gathering?: Gathering
  /** Null: deliveries wait for no sender. */
  readonly brake?: Brake | null
  /** Puts attempts into traces; by default they are only handed on. */
  readonly tracer?: AttemptTracer
  /** Told of every attempt that ended. */
  readonly observe?: (report: AttemptReport) => void
  /** Told of a destination that is left alone from now on, is back, or is to be tried now. */
  readonly onBreaker?: (destination: string, change: BreakerChange) => void
  /** Told of a destination that says it is gone for good, and why. */
  readonly onGone?: (destination: string, reason: string) => void
}

export interface Dispatcher {
  /** Begins to deliver, what an earlier run left included. */
  start(): void
  /** New deliveries may be due. Cheap: call it after every accept that has destinations. */
  wake(): void
  /**
   * Claims nothing more, lets attempts under way end within the grace, breaks the rest off so that the next run begins
   * with them, and resolves once all outcomes are recorded.
   */
  stop(): Promise<void>
  /** Until when a destination is left alone because it only fails or asked for it, in Unix milliseconds; null: it is not. */
  leftAloneUntil(destination: string): number | null
  /** Ends the pause of a destination that is left alone: the next delivery that is due tells whether it is back. */
  tryNow(destination: string): void
  /** Another process found out, or was told, so many milliseconds ago, what has become of a destination. */
  follow(destination: string, change: BreakerChange, ageMs: number): void
  /** Whether it has asked for a pause, and has not been heard to take deliveries again since. */
  isThrottled(destination: string): boolean
  /** Null: there is no such destination, or it has no breaker. */
  breakerState(destination: string): BreakerState | null
}

const GRACE_MS = 5_000
const POLL_MS = 10_000
/** Something is due and was not given: ask again, but not at once. */
const DUE_ALREADY_MS = 50
/** Every claim and every settlement is part of a commit, and a commit costs as much as several attempts. */
const GATHERING: Gathering = { endedMs: 4, newMs: 5 }
/** Attempts that begin in one turn of the event loop: senders who wait for an answer are served between them. */
const BEGIN_AT_ONCE = 16

/**
 * Takes due deliveries from the store and attempts them, each destination within its own number of slots, so that a
 * slow or dead one holds up nobody else. At least once: an attempt whose outcome cannot be recorded is made again.
 *
 * @throws {Error} for a doubled destination name, or a lease that is not longer than a destination's time limit
 */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { store, log, clock = systemClock, random = Math.random, graceMs = GRACE_MS, pollMs = POLL_MS } = options
  const { tracer = untraced, observe = () => {}, onBreaker = () => {}, onGone = () => {} } = options
  const { endedMs, newMs } = options.gathering ?? GATHERING
  const { brake = createBrake() } = options
  const slotsByName = createSlots(options.destinations, clock.now(), options.leaseMs)
  const mostSlots = Math.max(1, ...options.destinations.map(({ concurrency }) => concurrency))
  let active = false
  let claimAgain = false
  let claiming: Promise<void> | null = null
  let claimedAt = Number.NEGATIVE_INFINITY
  /** What the last claim left, where it was due already. */
  let dueSince = Number.POSITIVE_INFINITY
  let claimFailures = 0
  let backingOff = false
  let cancelTimer = () => {}
  let stopped: Promise<void> | null = null

  // Outcomes and the claim that follows from them share a commit.
  const pulse = createPulse(clock, () => {
    settler.flush()
    if (!backingOff) claim()
  })

  const settler = createSettler({
    store,
    clock,
    log,
    onWaiting: () => pulse.within(endedMs),
    onSettled(settlements) {
      for (const { destination } of settlements) {
        const slots = slotsByName.get(destination)
        if (slots !== undefined) slots.unsettled -= 1
      }
      pulse.within(endedMs)
    },
  })

  const runner = createRunner({
    slots: slotsByName,
    settler,
    clock,
    log,
    random,
    tracer,
    observe,
    onBreaker,
    onGone,
    onFree({ running }) {
      if (running === 0) pulse.now()
      else pulse.within(endedMs)
    },
  })

  function claim(): void {
    backingOff = false
    if (!active) return
    if (claiming !== null) {
      claimAgain = true
      return
    }
    // While outcomes cannot be recorded, a lease that ends would be claimed again and its event handed over twice.
    if (!settler.healthy()) {
      claimAfter(storeBackoff(1))
      return
    }
    const { requests, heldUntil } = planClaim(slotsByName, clock.now())
    if (requests.length === 0) {
      if (heldUntil !== null) claimAfter(untilDue(heldUntil))
      return
    }
    const now = clock.now()
    const held = brake === null ? 0 : claimedAt + brake.spacingMs(mostSlots, Math.max(0, now - dueSince)) - now
    if (held > 0 && claimedAt <= now) {
      claimAfter(held)
      return
    }
    claimAgain = false
    claimedAt = now
    cancelTimer()
    claiming = store
      .claim(requests, now)
      .then((result) => claimed(result, heldUntil), claimFailed)
      .finally(() => {
        claiming = null
        if (claimAgain) pulse.now()
      })
  }

  async function claimed({ leases, nextDueAt }: ClaimResult, heldUntil: number | null): Promise<void> {
    claimFailures = 0
    dueSince = nextDueAt ?? Number.POSITIVE_INFINITY
    // What is due already waits for a slot, whose end asks again.
    claimAfter(Math.min(Math.max(untilDue(nextDueAt), DUE_ALREADY_MS), untilDue(heldUntil)))
    await beginAll(leases)
  }

  async function beginAll(leases: readonly Lease[]): Promise<void> {
    for (const [i, lease] of leases.entries()) {
      if (i > 0 && i % BEGIN_AT_ONCE === 0) await nextTurn()
      runner.begin(lease, !active)
    }
  }

  /** Milliseconds, at most until the next poll. */
  function untilDue(at: number | null): number {
    return at === null ? pollMs : Math.min(Math.max(at - clock.now(), 0), pollMs)
  }

  function claimFailed(error: unknown): void {
    claimFailures += 1
    backingOff = true
    log.warn({ error: describeError(error) }, 'the store gives no deliveries; trying again')
    claimAfter(storeBackoff(claimFailures))
  }

  function claimAfter(ms: number): void {
    if (!active) return
    cancelTimer()
    cancelTimer = clock.setTimer(claim, ms)
  }

  function follow(destination: string, change: BreakerChange, ageMs: number): void {
    slotsByName.get(destination)?.breaker?.follow(change, clock.now() - ageMs)
    pulse.now()
  }

  async function windDown(): Promise<void> {
    active = false
    cancelTimer()
    await claiming
    await runner.end(graceMs)
    pulse.cancel()
    await settler.drain()
  }

  return {
    start() {
      if (stopped !== null) return
      active = true
      pulse.now()
    },
    wake() {
      brake?.eventCame()
      pulse.spaced(newMs)
    },
    stop() {
      stopped ??= windDown()
      return stopped
    },
    tryNow(destination) {
      const slots = slotsByName.get(destination)
      slots?.pause.cutShort(clock.now())
      pulse.now()
      if ((slots?.breaker?.state(clock.now()) ?? 'closed') === 'closed') return
      follow(destination, 'tried', 0)
      onBreaker(destination, 'tried')
    },
    follow,
    breakerState: (destination) => slotsByName.get(destination)?.breaker?.state(clock.now()) ?? null,
    isThrottled: (destination) => slotsByName.get(destination)?.pause.isOn() ?? false,
    leftAloneUntil(destination) {
      const slots = slotsByName.get(destination)
      return slots === undefined ? null : leftAloneUntil(slots, clock.now())
    },
  }
}

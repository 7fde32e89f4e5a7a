import type { ClaimResult, Lease, Store } from '../store/types.ts'
import { type AttemptTracer, takeTrace, untraced } from '../tracing/attempt-tracer.ts'
import { type RunningAttempt, runAttempt } from './attempt.ts'
import type { BreakerState, Sign } from './breaker.ts'
import { type Clock, systemClock } from './clock.ts'
import { describeError } from './one-line.ts'
import { type AttemptReport, logAttempt, logBreaker, reportOf } from './report.ts'
import { type EndedAttempt, readiness, settlementFor } from './settlement.ts'
import { createSettler } from './settler.ts'
import { createSlots, planClaim, type Slots } from './slots.ts'
import { storeBackoff } from './store-backoff.ts'
import type { Destination, Log } from './types.ts'

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
  /** Puts attempts into traces; by default they are only handed on. */
  readonly tracer?: AttemptTracer
  /** Told of every attempt that ended. */
  readonly observe?: (report: AttemptReport) => void
  /** Told of a destination that is left alone from now on, or is back. */
  readonly onBreaker?: (destination: string, change: 'opened' | 'closed') => void
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
  /** Until when a destination is left alone because it only fails, in Unix milliseconds; null: it is not. */
  leftAloneUntil(destination: string): number | null
  /** Null: there is no such destination, or it is never left alone. */
  breakerState(destination: string): BreakerState | null
}

const GRACE_MS = 5_000
const POLL_MS = 10_000
/** The store says that something is due and gives nothing: ask again, but not at once. */
const EMPTY_CLAIM_PAUSE_MS = 50
/** How long an event that may have ended the process waits while another such is tried. */
const SUSPECT_PAUSE_MS = 100

/**
 * Takes due deliveries from the store and attempts them, each destination within its own number of slots, so that a
 * slow or dead one holds up nobody else. At least once: an attempt whose outcome cannot be recorded is made again.
 *
 * @throws {Error} for a doubled destination name, or a lease that is not longer than a destination's time limit
 */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { store, log, clock = systemClock, random = Math.random, graceMs = GRACE_MS, pollMs = POLL_MS } = options
  const { tracer = untraced, observe = () => {}, onBreaker = () => {}, onGone = () => {} } = options
  const slotsByName = createSlots(options.destinations, clock.now(), options.leaseMs)
  const attempts = new Set<RunningAttempt>()
  let active = false
  /** An event that was under way when the process died is being tried. */
  let suspectRuns = false
  let claimScheduled = false
  let claimAgain = false
  let claiming: Promise<void> | null = null
  let claimFailures = 0
  let backingOff = false
  let cancelTimer = () => {}
  let attemptsEnded = () => {}
  let stopped: Promise<void> | null = null

  const settler = createSettler({
    store,
    clock,
    log,
    onSettled(settlements) {
      for (const { destination } of settlements) {
        const slots = slotsByName.get(destination)
        if (slots !== undefined) slots.unsettled -= 1
      }
      wake()
    },
  })

  function wake(): void {
    if (!active || claimScheduled || backingOff) return
    if (claiming !== null) {
      claimAgain = true
      return
    }
    claimScheduled = true
    setImmediate(claim)
  }

  function claim(): void {
    claimScheduled = false
    backingOff = false
    if (!active || claiming !== null) return
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
    claimAgain = false
    cancelTimer()
    claiming = store
      .claim(requests, clock.now())
      .then((result) => claimed(result, heldUntil), claimFailed)
      .finally(() => {
        claiming = null
        if (claimAgain) wake()
      })
  }

  function claimed({ leases, nextDueAt }: ClaimResult, heldUntil: number | null): void {
    claimFailures = 0
    for (const lease of leases) begin(lease)
    const pause = Math.max(untilDue(nextDueAt), leases.length === 0 ? EMPTY_CLAIM_PAUSE_MS : 0)
    claimAfter(Math.min(pause, untilDue(heldUntil)))
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

  function begin(lease: Lease): void {
    const slots = slotsByName.get(lease.destination)
    const startedAt = clock.now()
    const remaining = lease.leaseUntil - startedAt
    // An answer to the claim that came too late to use: the delivery is somebody else's by now, or free again.
    if (slots === undefined || remaining <= 0) return
    const { destination } = slots
    slots.running += 1
    slots.rate?.take(1)
    const check = readiness(lease, destination, active)
    if (!check.ready) {
      finish(slots, lease, { outcome: check.outcome, startedAt, endedAt: startedAt, broken: !active })
      return
    }
    const suspect = destination.runsHere === true && lease.crashes > 0
    if (suspect && suspectRuns) {
      putOff(slots, lease)
      return
    }
    if (suspect) suspectRuns = true
    const { event, parent } = takeTrace(check.event)
    const trace = tracer.begin(event, parent, lease.attempt, destination)
    const running = runAttempt({
      destination,
      event,
      attempt: lease.attempt,
      series: lease.attempt - lease.attemptInSeries + 1,
      timeoutMs: Math.min(destination.timeoutMs, remaining),
      clock,
      log,
      trace,
    })
    attempts.add(running)
    void running.outcome.then((outcome) => {
      attempts.delete(running)
      if (suspect) suspectRuns = false
      finish(slots, lease, {
        outcome,
        startedAt,
        endedAt: clock.now(),
        broken: running.wasStopped(),
        traceId: trace.context.traceId,
      })
      if (attempts.size === 0) attemptsEnded()
    })
  }

  /**
   * Events that were under way when the process died are tried one at a time: if it dies again, that one was the cause, and
   * the others have not come closer to being given up.
   */
  function putOff(slots: Slots, { event, destination, attempt }: Lease): void {
    slots.running -= 1
    slots.unsettled += 1
    const error = 'waits for its turn: it was under way when the process ended'
    const dueAt = clock.now() + SUSPECT_PAUSE_MS
    settler.add({ eventId: event.id, destination, attempt, outcome: 'deferred', dueAt, status: null, error })
  }

  function finish(slots: Slots, lease: Lease, ended: EndedAttempt): void {
    const { destination, breaker } = slots
    const settlement = settlementFor(lease, ended, destination.schedule, random)
    slots.running -= 1
    slots.unsettled += 1
    settler.add(settlement)
    const report = reportOf(lease, settlement, ended)
    logAttempt(log, report, ended.outcome)
    observe(report)
    const changed = breaker?.record(signOf(ended), ended.endedAt) ?? null
    if (changed !== null) {
      logBreaker(log, destination.name, changed)
      onBreaker(destination.name, changed)
    }
    if (ended.outcome.result === 'ended' && ended.outcome.gone) onGone(destination.name, ended.outcome.error)
    wake()
  }

  async function windDown(): Promise<void> {
    active = false
    cancelTimer()
    await claiming
    if (attempts.size > 0) {
      const ended = new Promise<void>((resolve) => {
        attemptsEnded = resolve
      })
      const cancelGrace = clock.setTimer(() => {
        for (const attempt of attempts) attempt.stop()
      }, graceMs)
      await ended
      cancelGrace()
    }
    await settler.drain()
  }

  return {
    start() {
      if (stopped !== null) return
      active = true
      wake()
    },
    wake,
    stop() {
      stopped ??= windDown()
      return stopped
    },
    breakerState: (destination) => slotsByName.get(destination)?.breaker?.state(clock.now()) ?? null,
    leftAloneUntil: (destination) => slotsByName.get(destination)?.breaker?.opensUntil(clock.now()) ?? null,
  }
}

/** Who refuses an event for good is there to say so. */
function signOf({ outcome, broken }: EndedAttempt): Sign {
  if (broken) return 'neither'
  return outcome.result === 'failed' ? 'fails' : 'works'
}

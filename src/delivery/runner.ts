import type { Lease } from '../store/types.ts'
import { type AttemptTracer, takeTrace } from '../tracing/attempt-tracer.ts'
import { type RunningAttempt, runAttempt } from './attempt.ts'
import { createBag } from './bag.ts'
import type { Sign } from './breaker.ts'
import type { Clock } from './clock.ts'
import { type AttemptReport, logAttempt, logBreaker, logPause, reportOf } from './report.ts'
import { type EndedAttempt, readiness, settlementFor } from './settlement.ts'
import type { Settler } from './settler.ts'
import type { Slots } from './slots.ts'
import type { Log } from './types.ts'

export interface RunnerOptions {
  readonly slots: ReadonlyMap<string, Slots>
  readonly settler: Pick<Settler, 'add'>
  readonly clock: Clock
  readonly log: Log
  /** From 0 to 1, 1 excluded. */
  readonly random: () => number
  readonly tracer: AttemptTracer
  readonly observe: (report: AttemptReport) => void
  readonly onBreaker: (destination: string, change: 'opened' | 'closed') => void
  readonly onGone: (destination: string, reason: string) => void
  /** A slot of this destination is free. */
  readonly onFree: (slots: Slots) => void
}

/** Attempts, from lease to settlement. */
export interface Runner {
  /** Attempts what was claimed, or settles what cannot be attempted; while stopping, gives it back. */
  begin(lease: Lease, stopping: boolean): void
  /** Resolves once nothing is under way; what is after so many milliseconds is broken off. */
  end(graceMs: number): Promise<void>
}

/** How long an event that may have ended the process waits while another such is tried. */
const SUSPECT_PAUSE_MS = 100

export function createRunner(options: RunnerOptions): Runner {
  const { settler, clock, log, random, tracer, observe, onBreaker, onGone, onFree } = options
  const attempts = createBag<RunningAttempt>()
  /** An event that was under way when the process died is being tried. */
  let suspectRuns = false
  let allEnded = () => {}

  function attempt(slots: Slots, lease: Lease, remainingMs: number, stopping: boolean): void {
    const { destination } = slots
    const startedAt = clock.now()
    const check = readiness(lease, destination, !stopping)
    if (!check.ready) {
      finish(slots, lease, { outcome: check.outcome, startedAt, endedAt: startedAt, broken: stopping })
      return
    }
    const suspect = destination.runsHere === true && lease.crashes > 0
    if (suspect && suspectRuns) {
      putOff(slots, lease)
      return
    }
    if (suspect) suspectRuns = true
    slots.rate?.take(1)
    const { event, parent } = takeTrace(check.event)
    const trace = tracer.begin(event, parent, lease.attempt, destination)
    const running = runAttempt({
      destination,
      event,
      attempt: lease.attempt,
      series: lease.attempt - lease.attemptInSeries + 1,
      timeoutMs: Math.min(destination.timeoutMs, remainingMs),
      clock,
      log,
      trace,
    })
    const remove = attempts.add(running)
    void running.outcome.then((outcome) => {
      remove()
      if (suspect) suspectRuns = false
      const { traceId } = trace.context
      const broken = running.wasStopped()
      finish(slots, lease, { outcome, startedAt, endedAt: clock.now(), broken, traceId })
      if (attempts.size === 0) allEnded()
    })
  }

  /**
   * Events that were under way when the process died are tried one at a time: if it dies again, that one was the cause, and
   * the others have not come closer to being given up.
   */
  function putOff(slots: Slots, { event, destination, attempt }: Lease): void {
    const error = 'waits for its turn: it was under way when the process ended'
    const dueAt = clock.now() + SUSPECT_PAUSE_MS
    free(slots)
    settler.add({ eventId: event.id, destination, attempt, outcome: 'deferred', dueAt, status: null, error })
  }

  function finish(slots: Slots, lease: Lease, ended: EndedAttempt): void {
    const { destination, breaker, pause } = slots
    const settlement = settlementFor(lease, ended, destination.schedule, random)
    free(slots)
    settler.add(settlement)
    const report = reportOf(lease, settlement, ended)
    logAttempt(log, report, ended.outcome)
    observe(report)
    if (isHeard(ended) && pause.hear({ ...ended, retryAfterMs: retryAfterOf(ended) })) {
      logPause(log, destination.name, pause.until(ended.endedAt))
    }
    const changed = breaker?.record(signOf(ended), ended.endedAt, ended.startedAt) ?? null
    if (changed !== null) {
      logBreaker(log, destination.name, changed)
      onBreaker(destination.name, changed)
    }
    if (ended.outcome.result === 'ended' && ended.outcome.gone) onGone(destination.name, ended.outcome.error)
  }

  function free(slots: Slots): void {
    slots.running -= 1
    slots.unsettled += 1
    onFree(slots)
  }

  return {
    begin(lease, stopping) {
      const slots = options.slots.get(lease.destination)
      const remainingMs = lease.leaseUntil - clock.now()
      // An answer to the claim that came too late to use: the delivery is somebody else's by now, or free again.
      if (slots === undefined || remainingMs <= 0) return
      slots.running += 1
      attempt(slots, lease, remainingMs, stopping)
    },
    async end(graceMs) {
      if (attempts.size === 0) return
      const ended = new Promise<void>((resolve) => {
        allEnded = resolve
      })
      const cancelGrace = clock.setTimer(() => {
        for (const running of attempts.items()) running.stop()
      }, graceMs)
      await ended
      cancelGrace()
    },
  }
}

/** What never reached the destination, or was broken off, says nothing of it. */
function isHeard({ outcome, broken, traceId }: EndedAttempt): boolean {
  const isUnasked = outcome.result === 'delivered' ? outcome.note !== undefined : 'unasked' in outcome
  return !broken && !isUnasked && traceId !== undefined
}

function retryAfterOf({ outcome }: EndedAttempt): number | undefined {
  return outcome.result === 'failed' ? outcome.retryAfterMs : undefined
}

/** Who refuses an event for good is there to say so, and who asks for a pause gets it: that is no failing. */
function signOf(ended: EndedAttempt): Sign {
  if (!isHeard(ended) || (retryAfterOf(ended) ?? 0) > 0) return 'neither'
  return ended.outcome.result === 'failed' ? 'fails' : 'works'
}

import type { Lease, Settlement } from '../store/types.ts'
import { maxAttempts, nextDelay, type Schedule } from './schedule.ts'
import type { DeliverableEvent, Outcome } from './types.ts'

export interface Circumstances {
  /** Unix milliseconds. */
  readonly now: number
  readonly random: () => number
  /** The attempt was broken off because the gateway stops: it is due again at once, for the next run. */
  readonly broken: boolean
}

/** What is recorded of an attempt: done, tried again at a time, or dead. */
export function settlementFor(lease: Lease, outcome: Outcome, schedule: Schedule, at: Circumstances): Settlement {
  const { destination, attempt, attemptInSeries, event } = lease
  const base = { eventId: event.id, destination, attempt, status: outcome.status }
  if (outcome.result === 'delivered') return { ...base, outcome: 'done', error: outcome.note ?? null }
  const error = outcome.excerpt === undefined ? outcome.error : `${outcome.error}: ${outcome.excerpt}`
  if (outcome.result === 'ended') return { ...base, outcome: 'dead', error }
  const delay = nextDelay(schedule, attemptInSeries, at.random, outcome.retryAfterMs)
  if (delay === null) return { ...base, outcome: 'dead', error }
  return { ...base, outcome: 'retry', dueAt: at.broken ? at.now : at.now + delay, error }
}

/** Whether a claimed delivery is attempted, or settled as it is. */
export type Readiness =
  | { readonly ready: true; readonly event: DeliverableEvent }
  | { readonly ready: false; readonly outcome: Outcome }

/** Sorts out claimed deliveries that cannot, or may not, be attempted. */
export function readiness(lease: Lease, schedule: Schedule, active: boolean): Readiness {
  const { attemptInSeries, event } = lease
  const allowed = maxAttempts(schedule)
  if (attemptInSeries > allowed) {
    // Each claim counts; the last ones ended without an outcome, as a crash leaves them.
    return unready('ended', `gave up: the last of ${allowed} attempts ended without an outcome`)
  }
  if (event.body === null) return unready('ended', 'the payload is past its retention and no longer stored')
  if (!active) return unready('failed', 'not begun because the gateway stopped')
  return { ready: true, event: { ...event, body: event.body } }
}

function unready(result: 'ended' | 'failed', error: string): Readiness {
  return { ready: false, outcome: { result, status: null, error } }
}

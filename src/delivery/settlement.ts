import type { Lease, Settlement } from '../store/types.ts'
import { maxAttempts, nextDelay, type Schedule } from './schedule.ts'
import type { DeliverableEvent, Destination, Outcome } from './types.ts'

/** How an attempt went, and when. Times are Unix milliseconds. */
export interface EndedAttempt {
  readonly outcome: Outcome
  readonly startedAt: number
  readonly endedAt: number
  /** Broken off, or not begun, because the gateway stops: it does not count. */
  readonly broken: boolean
  /** Of the attempt, where one began. */
  readonly traceId?: string
}

/**
 * An event that ends the process again and again is given up after so many attempts that ended without an outcome, where
 * code that runs in the process may be the cause. Elsewhere they only count as attempts.
 */
const MAX_CRASHES = 3

/**
 * What is recorded of an attempt: done, tried again at a time, dead, or given back for the next run.
 * @param random gives a number from 0 to 1, 1 excluded
 */
export function settlementFor(
  lease: Lease,
  { outcome, startedAt, endedAt, broken }: EndedAttempt,
  schedule: Schedule,
  random: () => number,
): Settlement {
  const { destination, attempt, attemptInSeries, event } = lease
  const record = {
    startedAt,
    durationMs: Math.max(0, endedAt - startedAt),
    responseHeaders: outcome.answer?.headers ?? [],
    responseBody: outcome.answer?.body ?? null,
  }
  const base = { eventId: event.id, destination, attempt, status: outcome.status, record }
  if (outcome.result === 'delivered') return { ...base, outcome: 'done', error: outcome.note ?? null }
  const error = outcome.excerpt === undefined ? outcome.error : `${outcome.error}: ${outcome.excerpt}`
  if (outcome.result === 'ended') return { ...base, outcome: 'dead', error }
  if (broken) return { ...base, outcome: 'released', error }
  const delay = nextDelay(schedule, attemptInSeries, random, outcome.retryAfterMs)
  if (delay === null) return { ...base, outcome: 'dead', error }
  return { ...base, outcome: 'retry', dueAt: endedAt + delay, error }
}

/** Whether a claimed delivery is attempted, or settled as it is. */
export type Readiness =
  | { readonly ready: true; readonly event: DeliverableEvent }
  | { readonly ready: false; readonly outcome: Outcome }

/** Sorts out claimed deliveries that cannot, or may not, be attempted. */
export function readiness(
  lease: Lease,
  { schedule, runsHere }: Pick<Destination, 'schedule' | 'runsHere'>,
  active: boolean,
): Readiness {
  const { attemptInSeries, crashes, event } = lease
  const allowed = maxAttempts(schedule)
  if (runsHere && crashes >= MAX_CRASHES) {
    return unready('ended', `given up: the process ended during the last ${crashes} attempts, or they never came back`)
  }
  // Each claim counts, also one that ended without an outcome.
  if (attemptInSeries > allowed) {
    const made = attemptInSeries - 1
    const last = crashes > 0 ? `the last of ${made} attempts ended without an outcome` : `${made} attempts were made`
    return unready('ended', `given up: ${last}, and the schedule allows ${allowed}`)
  }
  if (event.body === null) return unready('ended', 'the payload is past its retention and no longer stored')
  if (!active) return unready('failed', 'not begun because the gateway stopped')
  return { ready: true, event: { ...event, body: event.body } }
}

function unready(result: 'ended' | 'failed', error: string): Readiness {
  return { ready: false, outcome: { result, status: null, error } }
}

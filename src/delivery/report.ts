import type { Lease, Settlement } from '../store/types.ts'
import type { EndedAttempt } from './settlement.ts'
import type { Log, Outcome } from './types.ts'

/** An attempt that ended, for whoever counts or watches. */
export interface AttemptReport {
  readonly eventId: string
  readonly source: string
  readonly type: string
  readonly destination: string
  readonly attempt: number
  readonly outcome: Settlement['outcome']
  /** HTTP status of the answer, if there was one. */
  readonly status: number | null
  /** One line; null on success. Holds nothing of the answer, which may echo the payload. */
  readonly error: string | null
  readonly ms: number
  /** Unix milliseconds: when it is tried again. */
  readonly dueAt: number | null
  /** What the destination was told; null: no attempt began. */
  readonly traceId: string | null
}

export function reportOf({ event }: Lease, settlement: Settlement, ended: EndedAttempt): AttemptReport {
  const { eventId, destination, attempt, outcome, status, dueAt = null } = settlement
  return {
    eventId,
    source: event.source,
    type: event.type,
    destination,
    attempt,
    outcome,
    status,
    error: ended.outcome.result === 'delivered' ? null : ended.outcome.error,
    ms: ended.endedAt - ended.startedAt,
    dueAt,
    traceId: ended.traceId ?? null,
  }
}

/** One line per attempt. */
export function logAttempt(log: Log, report: AttemptReport, outcome: Outcome): void {
  const { eventId, destination, attempt, status, ms, error, dueAt, traceId } = report
  const traced = traceId === null ? {} : { traceId }
  const fields = { eventId, destination, attempt, status, ms, outcome: report.outcome, ...traced }
  if (report.outcome === 'done') {
    log.info(fields, (outcome.result === 'delivered' ? outcome.note : undefined) ?? 'delivered')
    return
  }
  const failure = {
    ...fields,
    error,
    ...(dueAt === null ? {} : { dueAt: new Date(dueAt).toISOString() }),
    ...(outcome.result === 'failed' && outcome.cause instanceof Error ? { err: outcome.cause } : {}),
  }
  if (report.outcome === 'dead') log.error(failure, 'delivery given up')
  else if (report.outcome === 'released') log.info(failure, 'delivery left for the next start')
  else log.warn(failure, 'delivery failed; it is tried again')
}

/** A destination is left alone from now on, or is back. */
export function logBreaker(log: Log, destination: string, change: 'opened' | 'closed'): void {
  if (change === 'closed') log.info({ destination }, 'the destination works again')
  else
    log.error({ destination }, 'the destination only fails: it is left alone, and tried with one delivery now and then')
}

/** A destination asked to be left alone. */
export function logPause(log: Log, destination: string, until: number | null): void {
  const fields = { destination, ...(until === null ? {} : { until: new Date(until).toISOString() }) }
  log.warn(fields, 'the destination asks for a pause: nothing is sent there until then, and no attempt is spent')
}

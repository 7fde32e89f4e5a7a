import type { Settlement } from '../store/types.ts'
import type { Log, Outcome } from './types.ts'

/** One line per attempt. The answer's excerpt stays out of it: a destination may echo the payload. */
export function reportAttempt(log: Log, settlement: Settlement, outcome: Outcome, ms: number): void {
  const { eventId, destination, attempt, status } = settlement
  const fields = { eventId, destination, attempt, status, ms, outcome: settlement.outcome }
  if (outcome.result === 'delivered') {
    log.info(fields, outcome.note ?? 'delivered')
    return
  }
  const failure = {
    ...fields,
    error: outcome.error,
    ...(settlement.dueAt === undefined ? {} : { dueAt: new Date(settlement.dueAt).toISOString() }),
    ...(outcome.result === 'failed' && outcome.cause instanceof Error ? { err: outcome.cause } : {}),
  }
  if (settlement.outcome === 'dead') log.error(failure, 'delivery given up')
  else log.warn(failure, 'delivery failed; it is tried again')
}

/** A destination is left alone from now on, or is back. */
export function reportBreaker(log: Log, destination: string, change: 'opened' | 'closed'): void {
  if (change === 'closed') log.info({ destination }, 'the destination works again')
  else
    log.error({ destination }, 'the destination only fails: it is left alone, and tried with one delivery now and then')
}

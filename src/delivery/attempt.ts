import type { AttemptTrace } from '../tracing/attempt-tracer.ts'
import type { Clock } from './clock.ts'
import { describeError } from './one-line.ts'
import type { AttemptContext, DeliverableEvent, Destination, Log, Outcome } from './types.ts'

/** Why an attempt was broken off: its time was up. */
export class AttemptTimeoutError extends Error {
  override readonly name = 'AttemptTimeoutError'
}

/** Why an attempt was broken off: the process stops. */
export class AttemptStoppedError extends Error {
  override readonly name = 'AttemptStoppedError'
}

export interface RunningAttempt {
  readonly outcome: Promise<Outcome>
  /** Breaks the attempt off because the process stops. */
  stop(): void
  /** Whether `stop` was called before the attempt ended. */
  wasStopped(): boolean
}

export interface AttemptRequest {
  readonly destination: Destination
  readonly event: DeliverableEvent
  readonly attempt: number
  readonly series: number
  /** Milliseconds; no longer than the destination's own limit. */
  readonly timeoutMs: number
  readonly clock: Clock
  readonly log: Log
  readonly trace: AttemptTrace
}

/** Begins one attempt within its time limit. The outcome never rejects. */
export function runAttempt(request: AttemptRequest): RunningAttempt {
  const { destination, event, attempt, series, timeoutMs, clock, log, trace } = request
  const controller = new AbortController()
  const cancelTimer = clock.setTimer(() => {
    controller.abort(new AttemptTimeoutError(`not done within ${timeoutMs / 1_000} s`))
  }, timeoutMs)
  const context: AttemptContext = {
    attempt,
    series,
    signal: controller.signal,
    deadline: clock.now() + timeoutMs,
    now: clock.now,
    log,
    trace: trace.context,
  }

  async function run(): Promise<Outcome> {
    const outcome = await settled()
    trace.end(outcome)
    return outcome
  }

  async function settled(): Promise<Outcome> {
    try {
      return await trace.run(() => destination.attempt(event, context))
    } catch (error) {
      return { result: 'failed', status: null, error: describeError(error), cause: error }
    } finally {
      cancelTimer()
    }
  }

  return {
    outcome: run(),
    stop: () => controller.abort(new AttemptStoppedError('broken off because the gateway stopped')),
    wasStopped: () => controller.signal.reason instanceof AttemptStoppedError,
  }
}

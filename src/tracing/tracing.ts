import { trace } from '@opentelemetry/api'
import type { TracingConfig } from '../config/tracing.ts'
import type { Log } from '../delivery/types.ts'
import { version } from '../version.ts'
import { createAttemptSpans } from './attempt-spans.ts'
import type { AttemptTracer } from './attempt-tracer.ts'
import { type CommitFacts, createRequestSpans } from './request-spans.ts'
import type { RequestTracer } from './request-tracer.ts'

/** Records traces, by whatever SDK is registered with the OpenTelemetry API. */
export interface Tracing {
  readonly requests: RequestTracer
  readonly attempts: AttemptTracer
  /** Told of every commit before those whose events are in it. */
  committed(events: number): void
  /** Sends what is left, within a few seconds. */
  stop(): Promise<void>
}

/** @param config `provided`: the SDK is there already */
export async function openTracing(config: TracingConfig | 'provided', log: Log): Promise<Tracing> {
  const stop = config === 'provided' ? async () => {} : (await import('./sdk.ts')).startSdk(config, log)
  const tracer = trace.getTracer('posthorn', version)
  let last: CommitFacts = { number: 0, events: 0 }
  return {
    requests: createRequestSpans(tracer, () => last),
    attempts: createAttemptSpans(tracer),
    committed(events) {
      last = { number: last.number + 1, events }
    },
    stop,
  }
}

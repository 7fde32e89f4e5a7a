import type { DeliverableEvent, Destination, Outcome } from '../delivery/types.ts'
import type { StoredEvent } from '../store/types.ts'
import { storedTrace, withoutTrace } from './stored-trace.ts'
import { nextSpan, type TraceContext, traceOf } from './trace-context.ts'

/** One attempt in the trace of its event. */
export interface AttemptTrace {
  /** What the destination is told: the event's trace, from this attempt's span on. */
  readonly context: TraceContext
  /** Does the attempt's work as part of it. */
  run<T>(work: () => T): T
  end(outcome: Outcome): void
}

export interface AttemptTracer {
  /** @param parent where the event's trace begins */
  begin(event: DeliverableEvent, parent: TraceContext, attempt: number, destination: Destination): AttemptTrace
}

/** Hands the trace on and records nothing. */
export const untraced: AttemptTracer = {
  begin(_event, parent) {
    return { context: nextSpan(parent), run: (work) => work(), end: () => {} }
  },
}

/** Tells apart what the sender sent and the trace that the gateway stored with it. */
export function takeTrace<T extends StoredEvent>(event: T): { readonly event: T; readonly parent: TraceContext } {
  const headers = withoutTrace(event.headers)
  const own = headers === event.headers ? event : { ...event, headers }
  return { event: own, parent: storedTrace(event.headers) ?? traceOf(own) }
}

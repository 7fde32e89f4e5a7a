import { createTraceState, type SpanContext } from '@opentelemetry/api'
import type { TraceContext } from './trace-context.ts'

/** As the API has it, come from elsewhere. */
export function toSpanContext({ traceId, spanId, flags, state }: TraceContext): SpanContext {
  const traceState = state === null ? {} : { traceState: createTraceState(state) }
  return { traceId, spanId, traceFlags: flags, isRemote: true, ...traceState }
}

export function fromSpanContext({ traceId, spanId, traceFlags, traceState }: SpanContext): TraceContext {
  const state = traceState?.serialize() ?? ''
  return { traceId, spanId, flags: traceFlags, state: state === '' ? null : state }
}

import {
  type Context,
  context,
  createContextKey,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import type { Destination, Outcome } from '../delivery/types.ts'
import type { AttemptTracer } from './attempt-tracer.ts'
import { wallTime } from './request-tracer.ts'
import { fromSpanContext, toSpanContext } from './span-context.ts'
import { nextSpan, type TraceContext } from './trace-context.ts'

/**
 * By this key SDKs know what is not to be traced (`suppressTracing` of @opentelemetry/core). An instrumented HTTP client
 * would add a second `traceparent` to the attempt's, and two count as none.
 */
const SUPPRESSED = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING')

const kinds = { client: SpanKind.CLIENT, producer: SpanKind.PRODUCER } as const

/** One span for each attempt, below the request that brought the event. */
export function createAttemptSpans(tracer: Tracer): AttemptTracer {
  return {
    begin({ id, source, type }, parent, attempt, destination) {
      const { name, traced } = destination
      const above = trace.setSpanContext(ROOT_CONTEXT, toSpanContext(parent))
      const options = {
        kind: traced === undefined ? SpanKind.INTERNAL : kinds[traced.kind],
        startTime: wallTime(),
        attributes: {
          ...traced?.attributes,
          ...(traced?.kind === 'producer' ? { 'messaging.message.id': id } : {}),
          ...(traced?.kind === 'client' && attempt > 1 ? { 'http.request.resend_count': attempt - 1 } : {}),
          'posthorn.event.id': id,
          'posthorn.event.type': type,
          'posthorn.source': source,
          'posthorn.destination': name,
          'posthorn.attempt': attempt,
        },
      }
      const span = tracer.startSpan(`attempt ${name}`, options, above)
      const within = contextFor(destination, trace.setSpan(above, span))
      return {
        context: contextOf(span, parent),
        run: (work) => context.with(within, work),
        end: (outcome) => end(span, outcome),
      }
    },
  }
}

function contextFor({ traced }: Destination, within: Context): Context {
  return traced?.kind === 'client' ? within.setValue(SUPPRESSED, true) : within
}

/** Where no span is made the API gives the parent back. */
function contextOf(span: Span, parent: TraceContext): TraceContext {
  const own = span.spanContext()
  return isSpanContextValid(own) && own.spanId !== parent.spanId ? fromSpanContext(own) : nextSpan(parent)
}

function end(span: Span, outcome: Outcome): void {
  const { status } = outcome
  if (status !== null) span.setAttribute('http.response.status_code', status)
  span.setAttribute('posthorn.outcome', outcome.result)
  if (outcome.result !== 'delivered') {
    span.setAttribute('error.type', status === null ? outcome.result : String(status))
    span.setStatus({ code: SpanStatusCode.ERROR, message: outcome.error })
  }
  span.end(wallTime())
}

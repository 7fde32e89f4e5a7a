import {
  type Attributes,
  type Context,
  context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { type RequestTracer, type TracedResult, wallTime } from './request-tracer.ts'
import { fromSpanContext, toSpanContext } from './span-context.ts'
import { contextOf } from './trace-context.ts'

/** The commit that was made last. */
export interface CommitFacts {
  /** Counted from the start of the process: events with the same one were written together. */
  readonly number: number
  readonly events: number
}

/**
 * One span for each request, and below it one for verifying and one for the commit. Whoever is not verified gets a trace of
 * its own: only a sender that has the secret may say to which trace a request belongs, and whether it is sampled.
 */
export function createRequestSpans(tracer: Tracer, lastCommit: () => CommitFacts): RequestTracer {
  return {
    open(startTime) {
      // An SDK that looks at every HTTP request of the process has made its span before.
      const outer = context.active()
      const isOuter = trace.getSpan(outer) !== undefined
      let receivedAt = startTime
      let within: Context | null = null
      let span: Span | null = null
      let commit: Span | null = null

      function begin(parent: Context): Span {
        const kind = isOuter ? SpanKind.INTERNAL : SpanKind.SERVER
        const begun = tracer.startSpan('POST /webhook/:event', { kind, startTime }, parent)
        within = trace.setSpan(parent, begun)
        span = begun
        return begun
      }

      return {
        received() {
          receivedAt = wallTime()
        },
        verified({ headers, scheme }) {
          const sent = isOuter ? null : contextOf(headers)
          begin(sent === null ? outer : trace.setSpanContext(ROOT_CONTEXT, toSpanContext(sent)))
          if (scheme === null || within === null) return
          const attributes = { 'posthorn.scheme': scheme }
          tracer.startSpan('verify', { startTime: receivedAt, attributes }, within).end(wallTime())
        },
        context: () => (span === null ? null : fromSpanContext(span.spanContext())),
        committing() {
          commit = tracer.startSpan('commit', { startTime: wallTime() }, within ?? outer)
        },
        committed(error) {
          if (error === null) {
            const { number, events } = lastCommit()
            commit?.setAttributes({ 'posthorn.commit.number': number, 'posthorn.commit.events': events })
          } else commit?.setStatus({ code: SpanStatusCode.ERROR, message: error })
          commit?.end(wallTime())
        },
        end(result) {
          const own = span ?? begin(outer)
          if (result.method !== 'POST') own.updateName(`${result.method} /webhook/:event`)
          own.setAttributes(attributesOf(result))
          if (result.status >= 500) own.setStatus({ code: SpanStatusCode.ERROR })
          own.end(wallTime())
        },
      }
    },
  }
}

/** https://opentelemetry.io/docs/specs/semconv/http/http-spans/, and the gateway's own words under its own name. */
function attributesOf({ refusal, event, ...result }: TracedResult): Attributes {
  return {
    'http.request.method': result.method,
    'http.route': '/webhook/:event',
    'url.scheme': 'http',
    'url.path': result.path,
    'http.request.body.size': result.bodySize,
    'http.response.status_code': result.status,
    ...(result.source === null ? {} : { 'posthorn.source': result.source }),
    ...(event === null
      ? {}
      : {
          'posthorn.event.id': event.id,
          'posthorn.event.type': event.type,
          'posthorn.event.duplicate': result.duplicate,
          'posthorn.event.destinations': event.destinations,
        }),
    ...(refusal === null
      ? {}
      : {
          'error.type': refusal.code,
          ...(refusal.cause === null ? {} : { 'posthorn.refusal.cause': refusal.cause }),
        }),
  }
}

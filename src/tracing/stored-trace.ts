import { contextOf, formatTraceparent, parseTraceparent, type TraceContext } from './trace-context.ts'

/**
 * The trace in which an event was accepted is stored behind its headers, so that it costs nothing where there is none.
 * No HTTP message can have a header of this name (RFC 9110 §5.1: a name is a token, which has no colon), so that no
 * sender can set it and none can be sent on.
 */
const STORED_NAME = ':traceparent'

/** The headers of an event to be stored with the trace in which it is accepted. */
export function withTrace(headers: readonly string[], context: Omit<TraceContext, 'state'>): readonly string[] {
  return [...headers, STORED_NAME, formatTraceparent(context)]
}

/** What the sender sent. */
export function withoutTrace(headers: readonly string[]): readonly string[] {
  return headers.at(-2) === STORED_NAME ? headers.slice(0, -2) : headers
}

/** The trace in which a stored event was accepted; null: it was not traced. */
export function storedTrace(headers: readonly string[]): TraceContext | null {
  if (headers.at(-2) !== STORED_NAME) return null
  const parsed = parseTraceparent(headers.at(-1) ?? '')
  if (parsed === null) return null
  const sent = contextOf(headers)
  return { ...parsed, state: sent?.traceId === parsed.traceId ? sent.state : null }
}

import { hash, randomBytes } from 'node:crypto'

/** Where a message stands in a trace: W3C Trace Context, https://www.w3.org/TR/trace-context/ */
export interface TraceContext {
  /** 32 hexadecimal digits, lower case, not all zero. */
  readonly traceId: string
  /** 16 of them: the span that the message comes from; `traceparent` calls it the parent id. */
  readonly spanId: string
  /** Eight bits; the lowest says that the sender may have recorded its part of the trace. */
  readonly flags: number
  /** `tracestate` as it came, several headers joined; null: there is none. */
  readonly state: string | null
}

/** §3.2.2: a version, and for all versions so far these fields; a later one may append more after a dash. */
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
const NO_TRACE = '0'.repeat(32)
const NO_SPAN = '0'.repeat(16)
const SAMPLED = 1
/** §3.3.1.5 asks for at least 512 characters to be handed on; more than a few kilobytes is no tracestate. */
const LONGEST_STATE = 4096
/** Printable ASCII and tabs, as §3.3.1.3 has it for values; its keys are fewer. */
const STATE = /^[\t\x20-\x7e]*$/

/** @returns null for what is not valid, which counts as not sent (§4.3) */
export function parseTraceparent(text: string): Pick<TraceContext, 'traceId' | 'spanId' | 'flags'> | null {
  const [, version, traceId = NO_TRACE, spanId = NO_SPAN, flags = '', more] = TRACEPARENT.exec(text.trim()) ?? []
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return null
  if (traceId === NO_TRACE || spanId === NO_SPAN) return null
  return { traceId, spanId, flags: Number.parseInt(flags, 16) }
}

export function formatTraceparent({ traceId, spanId, flags }: Omit<TraceContext, 'state'>): string {
  return `00-${traceId}-${spanId}-${flags.toString(16).padStart(2, '0')}`
}

/**
 * The context that a sender gave in its headers (name, value, name, value …); null: none, or no valid one. More than one
 * `traceparent` is none.
 */
export function contextOf(headers: readonly string[]): TraceContext | null {
  let parent: string | null = null
  let state: string | null = null
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i] ?? ''
    // Two names of eleven and ten characters: nothing else is spelt out in small letters to look.
    if (name.length !== 11 && name.length !== 10) continue
    const lower = name.toLowerCase()
    const value = headers[i + 1] ?? ''
    if (lower === 'traceparent') {
      if (parent !== null) return null
      parent = value
    } else if (lower === 'tracestate') state = state === null ? value : `${state},${value}`
  }
  const parsed = parent === null ? null : parseTraceparent(parent)
  if (parsed === null) return null
  const usable = state !== null && state.trim() !== '' && state.length <= LONGEST_STATE && STATE.test(state)
  return { ...parsed, state: usable ? state : null }
}

/** What of an event its trace is found by. */
export interface Traceable {
  readonly id: string
  readonly headers: readonly string[]
}

/**
 * Where the trace of an event's attempts begins, the same whenever it is asked: what the sender said; else a trace of the
 * event's own, whose ids are made of its id and headers. That one counts as sampled, because a receiver that follows its
 * parent would otherwise record nothing of what the gateway hands it.
 */
export function traceOf({ id, headers }: Traceable): TraceContext {
  const sent = contextOf(headers)
  if (sent !== null) return sent
  const digest = hash('sha256', `${id}\n${headers.join('\n')}`)
  return { traceId: digest.slice(0, 32), spanId: digest.slice(32, 48), flags: SAMPLED, state: null }
}

/** The same trace from a new span on. */
export function nextSpan(context: TraceContext): TraceContext {
  return { ...context, spanId: newSpanId() }
}

/** Random bytes for so many ids are drawn at once. */
const drawnIds = 512
let drawn = Buffer.alloc(0)
let at = 0

function newSpanId(): string {
  if (at === drawn.length) {
    drawn = randomBytes(8 * drawnIds)
    at = 0
  }
  at += 8
  const id = drawn.toString('hex', at - 8, at)
  return id === NO_SPAN ? newSpanId() : id
}

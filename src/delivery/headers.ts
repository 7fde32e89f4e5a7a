import type { StoredEvent } from '../store/types.ts'
import { formatTraceparent, type TraceContext } from '../tracing/trace-context.ts'

/** Belong to one connection, not to the message: RFC 9110 §7.6.1, and what older peers still send. */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

/** Say something about the request to the gateway that is not true of the request to the destination. */
const REMADE = ['host', 'content-length', 'expect', 'accept-encoding']

/** Were meant for the gateway; a destination gets its own through its URL. */
const CREDENTIALS = ['authorization', 'cookie', 'proxy-authorization']

/** Describe the way to the gateway; a destination that believed them would take the sender for its own peer. */
const FORWARDING = ['forwarded', 'via', 'x-real-ip']

const DROPPED: ReadonlySet<string> = new Set([...HOP_BY_HOP, ...REMADE, ...CREDENTIALS, ...FORWARDING])
const DROPPED_PREFIX = /^(?:x-forwarded-|posthorn-)/

/** Made by the gateway for every request, or for those that it signs. */
const MADE: ReadonlySet<string> = new Set([
  'idempotency-key',
  'traceparent',
  'tracestate',
  'webhook-id',
  'webhook-timestamp',
  'webhook-signature',
])

const ALWAYS_TAKEN: ReadonlySet<string> = new Set(['idempotency-key', 'traceparent', 'tracestate'])

/** Where a header goes whose name the gateway needs for itself. */
const ORIGINAL_PREFIX = 'posthorn-original-'

/** RFC 9110 §5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
/** RFC 9110 §5.5, one character per byte: tab, visible ASCII, space and obs-text; above all no CR, LF or NUL. */
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/
/** What needs no encoding. */
const PLAIN = /^[\x21-\x24\x26-\x7e]*$/
const CONNECTION_LENGTH = 'connection'.length

/** Whether a header, name in lower case, is one in which a request carries its sender's credentials. */
export const isCredentialHeader = (name: string): boolean => CREDENTIALS.includes(name)

/** Whether a destination's own headers may include one, name in lower case: credentials for it may be among them. */
export function isAddableHeader(name: string): boolean {
  if (!TOKEN.test(name) || MADE.has(name)) return false
  return CREDENTIALS.includes(name) || !(DROPPED.has(name) || DROPPED_PREFIX.test(name))
}

/** What headers are made of. */
export type ForwardedEvent = Pick<StoredEvent, 'id' | 'source' | 'type' | 'receivedAt' | 'headers'>

/** What the gateway says of an attempt. */
export interface AttemptFacts {
  readonly attempt: number
  /** Signature headers made for this attempt, names in lower case; null: nothing is signed. */
  readonly signature: Readonly<Record<string, string>> | null
  readonly trace: TraceContext
  /** The destination's own, names in lower case: they take the place of the sender's. */
  readonly added?: Readonly<Record<string, string>>
}

/**
 * Headers for a destination: the sender's own, byte for byte, without those that belong to the hop to the gateway,
 * followed by the gateway's. A sender's header whose name the gateway uses (`idempotency-key`, `traceparent`,
 * `tracestate`; `webhook-id`, `webhook-timestamp` and `webhook-signature` when it signs) moves to
 * `posthorn-original-<name>`.
 *
 * @returns name, value, name, value …; one character per byte
 */
export function forwardHeaders(event: ForwardedEvent, { attempt, signature, trace, added }: AttemptFacts): string[] {
  const { headers: original, id } = event
  const named = connectionOptions(original)
  const headers: string[] = []
  for (let i = 0; i + 1 < original.length; i += 2) {
    const name = original[i] ?? ''
    const value = original[i + 1] ?? ''
    const lower = name.toLowerCase()
    if (DROPPED.has(lower) || named?.has(lower) || DROPPED_PREFIX.test(lower)) continue
    if (added !== undefined && lower in added) continue
    // A header that could not be written as it is would fail every attempt alike: it is left out instead.
    if (!TOKEN.test(name) || !FIELD_VALUE.test(value)) continue
    const taken = ALWAYS_TAKEN.has(lower) || (signature !== null && Object.hasOwn(signature, lower))
    headers.push(taken ? `${ORIGINAL_PREFIX}${lower}` : name, value)
  }
  for (const name in added) headers.push(name, added[name] ?? '')
  headers.push('idempotency-key', id, 'posthorn-event-id', id)
  headers.push('posthorn-source', encodeValue(event.source), 'posthorn-type', encodeValue(event.type))
  headers.push('posthorn-attempt', String(attempt), 'posthorn-received-at', new Date(event.receivedAt).toISOString())
  headers.push('traceparent', formatTraceparent(trace))
  if (trace.state !== null) headers.push('tracestate', trace.state)
  for (const name in signature) headers.push(name, signature[name] ?? '')
  return headers
}

/** A type can come from a payload: visible ASCII but for `%` stays, everything else becomes `%XX` of its UTF-8 bytes. */
function encodeValue(value: string): string {
  if (PLAIN.test(value)) return value
  return value.toWellFormed().replace(/[^\x21-\x24\x26-\x7e]/gu, encodeURIComponent)
}

/** Header names that `Connection` makes hop-by-hop; null: there is no such header. */
function connectionOptions(headers: readonly string[]): ReadonlySet<string> | null {
  let options: Set<string> | null = null
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i] ?? ''
    if (name.length !== CONNECTION_LENGTH || name.toLowerCase() !== 'connection') continue
    options ??= new Set()
    for (const option of (headers[i + 1] ?? '').split(',')) options.add(option.trim().toLowerCase())
  }
  return options
}

/** The headers as a handler sees them: lower-case names, several values of one name joined as RFC 9110 §5.3 says. */
export function joinedHeaders(headers: readonly string[]): Record<string, string> {
  const joined: Record<string, string> = Object.create(null)
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const lower = (headers[i] ?? '').toLowerCase()
    const value = headers[i + 1] ?? ''
    const before = joined[lower]
    const separator = lower === 'cookie' ? '; ' : ', '
    joined[lower] = before === undefined ? value : `${before}${separator}${value}`
  }
  return joined
}

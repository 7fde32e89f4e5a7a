import type { StoredEvent } from '../store/types.ts'

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
const DROPPED_PREFIXES = ['x-forwarded-', 'posthorn-']

/** Where a header goes whose name the gateway needs for itself. */
const ORIGINAL_PREFIX = 'posthorn-original-'

/** RFC 9110 §5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
/** RFC 9110 §5.5, one character per byte: tab, visible ASCII, space and obs-text; above all no CR, LF or NUL. */
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/** What the gateway says of an attempt. */
export interface AttemptFacts {
  readonly attempt: number
  /** Signature headers made for this attempt; null: nothing is signed. */
  readonly signature: Readonly<Record<string, string>> | null
}

/**
 * Headers for a destination: the sender's own, byte for byte, without those that belong to the hop to the gateway,
 * followed by the gateway's. A sender's header whose name the gateway uses (`idempotency-key`; `webhook-id`,
 * `webhook-timestamp` and `webhook-signature` when it signs) moves to `posthorn-original-<name>`.
 *
 * @returns name, value, name, value …; one character per byte
 */
export function forwardHeaders(event: StoredEvent, facts: AttemptFacts): string[] {
  const own = ownHeaders(event, facts)
  const named = connectionOptions(event.headers)
  const headers: string[] = []
  for (const [name, value] of pairs(event.headers)) {
    const lower = name.toLowerCase()
    if (DROPPED.has(lower) || named.has(lower) || DROPPED_PREFIXES.some((prefix) => lower.startsWith(prefix))) continue
    addHeader(headers, own.has(lower) ? `${ORIGINAL_PREFIX}${lower}` : name, value)
  }
  for (const [name, value] of own) addHeader(headers, name, value)
  return headers
}

/** The gateway's headers. A type can come from a payload, so what a header cannot hold is percent-encoded. */
function ownHeaders(event: StoredEvent, facts: AttemptFacts): Map<string, string> {
  return new Map([
    ['idempotency-key', event.id],
    ['posthorn-event-id', event.id],
    ['posthorn-source', encodeValue(event.source)],
    ['posthorn-type', encodeValue(event.type)],
    ['posthorn-attempt', String(facts.attempt)],
    ['posthorn-received-at', new Date(event.receivedAt).toISOString()],
    ...Object.entries(facts.signature ?? {}).map(([name, value]): [string, string] => [name.toLowerCase(), value]),
  ])
}

/** Visible ASCII but for `%` stays, everything else becomes `%XX` of its UTF-8 bytes. */
function encodeValue(value: string): string {
  return value.toWellFormed().replace(/[^\x21-\x24\x26-\x7e]/gu, encodeURIComponent)
}

/** Header names that `Connection` makes hop-by-hop. */
function connectionOptions(headers: readonly string[]): ReadonlySet<string> {
  const options = new Set<string>()
  for (const [name, value] of pairs(headers)) {
    if (name.toLowerCase() !== 'connection') continue
    for (const option of value.split(',')) options.add(option.trim().toLowerCase())
  }
  return options
}

/** A header that could not be written as it is would fail every attempt alike: it is left out instead. */
function addHeader(headers: string[], name: string, value: string): void {
  if (TOKEN.test(name) && FIELD_VALUE.test(value)) headers.push(name, value)
}

function* pairs(headers: readonly string[]): Generator<[string, string]> {
  for (let i = 0; i + 1 < headers.length; i += 2) {
    yield [headers[i] ?? '', headers[i + 1] ?? '']
  }
}

/** The headers as a handler sees them: lower-case names, several values of one name joined as RFC 9110 §5.3 says. */
export function joinedHeaders(headers: readonly string[]): Record<string, string> {
  const joined: Record<string, string> = Object.create(null)
  for (const [name, value] of pairs(headers)) {
    const lower = name.toLowerCase()
    const before = joined[lower]
    const separator = lower === 'cookie' ? '; ' : ', '
    joined[lower] = before === undefined ? value : `${before}${separator}${value}`
  }
  return joined
}

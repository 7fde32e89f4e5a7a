import type { Scheme } from '../providers/types.ts'
import { foreignBodyTest } from './foreign-body.ts'
import { singleHeader } from './header.ts'
import { createMatcher, signatureBytes, signatureLimit } from './matcher.ts'
import { keysFor } from './secrets.ts'
import { signatureHeaderReader } from './signature-header.ts'
import { compileSignedContent } from './template.ts'
import { describeExpiry, parseTimestamp, unitMs } from './timestamp.ts'
import type { RefusalCause, Refused, SignedRequest, SourceSecrets, Verdict } from './types.ts'

/**
 * One scheme with its keys. `absent`: its header is not there. `unlabelled`: the header is there and may be another
 * scheme's, because nothing in it has this scheme's label.
 */
export type SchemeVerifier = (request: SignedRequest, nowMs: number) => Verdict | 'absent' | 'unlabelled'

/** Null when none of the secrets fits the scheme. `toleranceSeconds` null: the row's own. */
export function compileScheme(
  scheme: Scheme,
  secrets: SourceSecrets,
  toleranceSeconds: number | null,
): SchemeVerifier | null {
  const keys = compileKeys(scheme, secrets)
  if (keys.length === 0) return null

  const { name, header, encoding, timestamp } = scheme
  const readHeader = signatureHeaderReader(scheme, signatureBytes(scheme), signatureLimit(scheme))
  const readTimestamp = compileTimestamp(scheme)
  const signedContent = compileSignedContent(scheme)
  const tolerance = toleranceSeconds ?? timestamp?.tolerance ?? 0
  const signedHeaders = signedHeadersOf(scheme)
  const doubled = refuse('malformed', `The ${header} header came more than once.`)
  const unreadable = refuse('malformed', `The ${header} header holds no well-formed signature: ${shapeOf(scheme)}.`)
  const isForeign = scheme.foreign === undefined ? null : foreignBodyTest(scheme.foreign)
  const foreign = refuse(
    'malformed',
    `The signature in ${header} fits, but the body begins like the signed bytes of a scheme with a time limit.`,
  )
  const mismatch = refuse('mismatch', `The signature in ${header} fits none of the configured secrets.`)

  return (request, nowMs) => {
    const value = singleHeader(request, header)
    if (value === undefined) return 'absent'
    if (value === null) return doubled
    const presented = readHeader(value)
    if (!presented.found) return 'unlabelled'
    if (presented.signatures.length === 0) return unreadable

    const time = readTimestamp(request, presented.timestamps)
    if ('ok' in time) return time
    const content = signedContent(request, time.text)
    if ('problem' in content) return refuse('malformed', content.problem)

    for (const { matches, secret } of keys) {
      const signature = presented.signatures[matches(content, presented.signatures)]
      if (signature === undefined) continue
      if (isForeign?.(request.body)) return foreign
      if (timestamp === undefined) {
        return {
          ok: true,
          scheme: name,
          secret,
          signature: signature.toString(encoding),
          signedAt: null,
          signedHeaders,
        }
      }
      const expiry = describeExpiry(time.value, timestamp.unit, nowMs, tolerance)
      if (expiry !== null) return refuse('expired', expiry)
      const signedAt = time.value * unitMs[timestamp.unit]
      return { ok: true, scheme: name, secret, signature: signature.toString(encoding), signedAt, signedHeaders }
    }
    return mismatch
  }
}

export function refuse(cause: RefusalCause, detail: string): Refused {
  return { ok: false, cause, detail }
}

function compileKeys(scheme: Scheme, secrets: SourceSecrets) {
  const current = keysFor(scheme, secrets.current)
  const previous = secrets.previous === null ? [] : keysFor(scheme, secrets.previous)
  const added = previous.filter((key) => !current.some((known) => known.equals(key)))
  return [
    ...current.map((key) => ({ secret: 'current' as const, matches: createMatcher(scheme, key) })),
    ...added.map((key) => ({ secret: 'previous' as const, matches: createMatcher(scheme, key) })),
  ]
}

interface SignedTime {
  readonly text: string
  readonly value: number
}

type TimestampReader = (request: SignedRequest, listed: readonly string[]) => SignedTime | Refused

const noTime: SignedTime = { text: '', value: 0 }

function compileTimestamp({ timestamp, header }: Scheme): TimestampReader {
  if (timestamp === undefined) return () => noTime
  const fromList = timestamp.from.startsWith('list:')
  const name = timestamp.from.slice(timestamp.from.indexOf(':') + 1)
  const where = fromList ? `"${name}" in the ${header} header` : `The ${name} header`
  const absent = refuse('malformed', `${where} is missing, but its time is signed.`)
  const doubled = refuse('malformed', `${where} came more than once.`)
  const unreadable = refuse(
    'malformed',
    `${where} is not a time in whole ${timestamp.unit === 's' ? 'seconds' : 'milliseconds'}.`,
  )
  return (request, listed) => {
    const text = fromList ? (listed.length > 1 ? null : listed[0]) : singleHeader(request, name)
    if (text === undefined) return absent
    if (text === null) return doubled
    const value = parseTimestamp(text)
    return value === null ? unreadable : { text, value }
  }
}

/** Headers of the signed content itself; a time inside the signature header is not one. */
function signedHeadersOf(scheme: Scheme): ReadonlySet<string> {
  const names: string[] = []
  if (scheme.id !== undefined && scheme.signed.includes('{id}')) names.push(scheme.id.slice('header:'.length))
  const from = scheme.timestamp?.from
  if (from?.startsWith('header:') && scheme.signed.includes('{timestamp}')) names.push(from.slice('header:'.length))
  return new Set(names)
}

function shapeOf(scheme: Scheme): string {
  const bytes = signatureBytes(scheme)
  const characters = scheme.encoding === 'hex' ? `${bytes * 2} hex digits` : `base64 of ${bytes} bytes`
  const label = scheme.list === undefined ? '' : scheme.list.label + scheme.list.assign
  const lead = label + (scheme.prefix ?? '')
  return lead === '' ? `expected ${characters}` : `expected "${lead}" and ${characters}`
}

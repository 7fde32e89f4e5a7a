import { compilePointer } from '../events/json-pointer.ts'
import type { SignatureScheme } from '../providers/types.ts'
import type { Chunk } from './chunks.ts'
import { sameText } from './constant-time.ts'
import { foreignBodyTest } from './foreign-body.ts'
import { createMatcher, signatureBytes, signatureLimit } from './matcher.ts'
import { jsonOf } from './parsed.ts'
import { describePlace, headerOf, nameOf, type PlaceReader, placeReader } from './places.ts'
import type { SchemeKey, SchemeOptions } from './scheme.ts'
import { signatureHeaderReader } from './signature-header.ts'
import { compileTemplate, joinChunks } from './template.ts'
import { describeExpiry, type Instant, parseInstant, unitNames } from './timestamp.ts'
import { coversBody, fieldsIn } from './tokens.ts'
import { type Refused, refuse, type SchemeVerifier, type SignedRequest, type Verdict } from './types.ts'

/** How many whole signature lists of one header are looked at. */
const maxGroups = 4

/** Compiles an HMAC, public-key or hash scheme with its keys. */
export function compileSignatureScheme(
  scheme: SignatureScheme,
  schemeKeys: readonly SchemeKey[],
  { toleranceSeconds, publicUrl, account }: SchemeOptions,
): SchemeVerifier {
  const { name, at, encoding, timestamp, list } = scheme
  const keys = schemeKeys.map(({ secret, bytes }) => ({ secret, matcher: createMatcher(scheme, bytes) }))
  const readPlace = placeReader(at)
  const header = headerOf(at)
  const repeated = list?.repeated === true && header !== null
  const readHeader = signatureHeaderReader(scheme, signatureBytes(scheme), signatureLimit(scheme))
  const readTimestamp = compileTimestamp(scheme)
  const context = { ...scheme, publicUrl, account }
  const signedContent = compileTemplate(scheme.signed, name, context)
  const checkBound = compileBound(scheme, publicUrl)
  const tolerance = toleranceSeconds ?? timestamp?.tolerance ?? 0
  const signedHeaders = signedHeadersOf(scheme)
  const unsignedBody =
    coversBody(scheme.signed) || (scheme.bound !== undefined && coversBody(scheme.bound.equals))
      ? {}
      : { unsignedBody: true as const, signedFields: fieldsIn(scheme.signed) }
  const place = describePlace(at)
  const doubled = refuse('malformed', `The ${place} came more than once.`)
  const unreadable = refuse('malformed', `The ${place} holds no well-formed signature: ${shapeOf(scheme)}.`)
  const isForeign = scheme.foreign === undefined ? null : foreignBodyTest(scheme.foreign)
  const foreign = refuse(
    'malformed',
    `The signature in ${nameOf(at)} fits, but the body begins like the signed bytes of a scheme with a time limit.`,
  )
  const mismatch = refuse('mismatch', `The signature in ${nameOf(at)} fits none of the configured secrets.`)
  const several = refuse(
    'malformed',
    `The array at ${scheme.single} must have exactly one item: only that one is signed.`,
  )
  const extendable = scheme.kind === 'hash' && scheme.secretAt === 'start'
  const extended = refuse(
    'malformed',
    `The signature in ${nameOf(at)} fits, but the signed bytes have a zero byte: somebody may have lengthened them.`,
  )
  const givenAway = scheme.givenAway === undefined ? null : new RegExp(`^(?:${scheme.givenAway})$`)
  const noEvent = refuse('malformed', 'The signature fits, but what it signs is a challenge, not an event.')
  const isSingle = scheme.single === undefined ? null : singleTest(scheme.single)

  /**
   * One for all signatures of the same request: whoever recorded it must not make it look new by presenting only the one
   * that the previous secret made, or by turning s of an ECDSA signature into n - s.
   */
  const identity = (found: Buffer, content: readonly Chunk[]): string => {
    if (scheme.kind === 'ecdsa') return ecdsaR(found).toString(encoding)
    const first = keys.length > 1 && list !== undefined ? keys[0]?.matcher.expected(content) : null
    return (first ?? found).toString(encoding)
  }

  const check = (value: string, request: SignedRequest, nowMs: number): Verdict | 'unlabelled' => {
    const presented = readHeader(value)
    if (!presented.found) return 'unlabelled'
    if (presented.signatures.length === 0) return unreadable
    if (isSingle?.(request) === false) return several

    const time = readTimestamp(request, presented.timestamps)
    if ('ok' in time) return time
    const content = signedContent(request, time.text)
    if ('problem' in content) return refuse('malformed', content.problem)

    for (const { matcher, secret } of keys) {
      const signature = matcher.find(content, presented.signatures)
      if (signature === null) continue
      if (isForeign?.(request.body)) return foreign
      if (extendable && content.some(hasZero)) return extended
      if (givenAway?.test(joinChunks(content))) return noEvent
      const unbound = checkBound(request)
      if (unbound !== null) return unbound
      const expiry = time.instant === null ? null : describeExpiry(time.instant, nowMs, tolerance)
      if (expiry !== null) return refuse('expired', expiry)
      const signedAt = time.instant?.ms ?? null
      return {
        ok: true,
        scheme: name,
        secret,
        signature: identity(signature, content),
        signedAt,
        signedHeaders,
        ...unsignedBody,
      }
    }
    return mismatch
  }

  const verify: SchemeVerifier = (request, nowMs) => {
    const value = repeated ? joined(request, header) : readPlace(request)
    if (value === undefined) return 'absent'
    if (value === null) return doubled
    return check(value, request, nowMs)
  }
  if (list?.group === undefined) return verify
  return groupVerifier(readPlace, list.group, doubled, check)
}

/**
 * A plain hash that begins with the secret can be continued by anyone who knows it, at the price of padding between the
 * old bytes and the new. The padding ends with the length in 64 bits, so it has zero bytes; JSON and text have none.
 */
function hasZero(chunk: Chunk): boolean {
  return chunk.includes('\0')
}

/** r of a DER signature (RFC 3279 §2.2.3), which OpenSSL has found to be well-formed. */
function ecdsaR(der: Buffer): Buffer {
  const longLength = (der[1] ?? 0) > 0x80 ? 1 : 0
  const start = 4 + longLength
  return der.subarray(start, start + (der[start - 1] ?? 0))
}

function groupVerifier(
  readPlace: PlaceReader,
  separator: string,
  doubled: Refused,
  check: (value: string, request: SignedRequest, nowMs: number) => Verdict | 'unlabelled',
): SchemeVerifier {
  return (request, nowMs) => {
    const value = readPlace(request)
    if (value === undefined) return 'absent'
    if (value === null) return doubled
    let first: Verdict | 'unlabelled' = 'unlabelled'
    for (const group of value.split(separator, maxGroups)) {
      const verdict = check(group, request, nowMs)
      if (verdict === 'unlabelled') continue
      if (verdict.ok || verdict.cause === 'expired') return verdict
      if (first === 'unlabelled') first = verdict
    }
    return first
  }
}

function joined({ headers }: SignedRequest, header: string): string | undefined {
  const value = headers[header]
  return Array.isArray(value) ? value.join(', ') : value
}

interface TimeRead {
  readonly text: string
  readonly instant: Instant | null
}

type TimestampReader = (request: SignedRequest, listed: readonly string[]) => TimeRead | Refused

const noTime: TimeRead = { text: '', instant: null }

function compileTimestamp({ timestamp, at }: SignatureScheme): TimestampReader {
  if (timestamp === undefined) return () => noTime
  const { from, unit } = timestamp
  const listed = isPlace(from) ? null : nameOf(from)
  const where =
    listed === null ? `The ${isPlace(from) ? describePlace(from) : ''}` : `"${listed}" in the ${describePlace(at)}`
  const absent = refuse('malformed', `${where} is missing, but its time is signed.`)
  const doubled = refuse('malformed', `${where} came more than once.`)
  const unreadable = refuse('malformed', `${where} is not a time ${unitNames[unit]}.`)
  const read = isPlace(from) ? placeReader(from) : () => undefined
  return (request, times) => {
    const text = listed === null ? read(request) : times.length > 1 ? null : times[0]
    if (text === undefined) return absent
    if (text === null) return doubled
    const instant = parseInstant(text, unit)
    return instant === null ? unreadable : { text, instant }
  }
}

type TimePlace = NonNullable<SignatureScheme['timestamp']>['from']

function isPlace(from: TimePlace): from is Exclude<TimePlace, `list:${string}`> {
  return !from.startsWith('list:')
}

function compileBound(
  { bound, name }: SignatureScheme,
  publicUrl: string | null,
): (request: SignedRequest) => Refused | null {
  if (bound === undefined) return () => null
  const read = placeReader(bound.at)
  const expected = compileTemplate(bound.equals, name, { publicUrl })
  const differs = refuse('mismatch', `The ${describePlace(bound.at)} does not fit the body.`)
  return (request) => {
    const content = expected(request, '')
    if ('problem' in content) return refuse('malformed', content.problem)
    return sameText(read(request)?.toLowerCase() ?? '', joinChunks(content)) ? null : differs
  }
}

function singleTest(pointer: string): (request: SignedRequest) => boolean {
  const read = compilePointer(pointer)
  return (request) => {
    const value = read(jsonOf(request))
    return Array.isArray(value) && value.length === 1
  }
}

/** Headers of the signed content itself; a time inside the signature header is not one. */
function signedHeadersOf({ signed, id, timestamp }: SignatureScheme): ReadonlySet<string> {
  const names = [...signed.matchAll(/\{header:([^{}]+)\}/g)].map(([, name = '']) => name)
  if (id !== undefined && signed.includes('{id}')) names.push(nameOf(id))
  const timed = headerOf(timestamp?.from)
  if (timed !== null && /\{timestamp\}|\{signed-headers:/.test(signed)) names.push(timed)
  return new Set(names)
}

function shapeOf(scheme: SignatureScheme): string {
  const { encoding, list } = scheme
  const bytes = signatureBytes(scheme)
  const characters =
    bytes === null ? encoding : encoding === 'hex' ? `${bytes * 2} hex digits` : `${encoding} of ${bytes} bytes`
  const label = (list?.label ?? '') + (list?.label === undefined ? '' : (list.assign ?? ''))
  const lead = (list?.lead ?? '') + label + (scheme.prefix ?? '')
  return lead === '' ? `expected ${characters}` : `expected "${lead}" and ${characters}`
}

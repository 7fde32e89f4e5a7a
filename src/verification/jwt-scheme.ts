import { createHmac, createSecretKey, timingSafeEqual, verify } from 'node:crypto'
import type { JwtScheme } from '../providers/types.ts'
import { sameText } from './constant-time.ts'
import { decodeBase64Url } from './encoding.ts'
import { describePlace, placeReader } from './places.ts'
import { keyObject } from './public-keys.ts'
import type { SchemeKey, SchemeOptions } from './scheme.ts'
import { compileTemplate, joinChunks } from './template.ts'
import { coversBody, type TokenContext } from './tokens.ts'
import { type Refused, refuse, type SchemeVerifier, type SignedRequest } from './types.ts'

type Json = Readonly<Record<string, unknown>>
type Algorithm = JwtScheme['algorithms'][number]

const noHeaders: ReadonlySet<string> = new Set()
/** Seconds by which clocks may differ. */
const leeway = 5
const hashes = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512', RS256: 'sha256', ES256: 'sha256' } as const

/**
 * Compiles a JWT scheme (RFC 7515, RFC 7519, RFC 8725). The algorithm must be one of the row's, and the row's are all for
 * one type of key: neither `none` nor a public key used as a shared secret gets through. Extensions (`crit`) are refused.
 */
export function compileJwtScheme(
  scheme: JwtScheme,
  keys: readonly SchemeKey[],
  { toleranceSeconds, publicUrl, account }: SchemeOptions,
): SchemeVerifier {
  const { name, at, prefix = '', prefixOptional = false } = scheme
  const algorithms = new Map<string, Algorithm>(scheme.algorithms.map((algorithm) => [algorithm, algorithm]))
  const verifiers = keys.map(({ secret, bytes }) => ({ secret, fits: signatureCheck(scheme, bytes) }))
  const checkClaims = compileClaims(scheme, { publicUrl, account })
  const checkTime = compileTime(scheme, toleranceSeconds)
  const covered = at === 'body' || Object.values(scheme.claims).some(coversBody)
  const unsignedBody = covered ? {} : { unsignedBody: true as const }
  const read = placeReader(at)
  const place = describePlace(at)
  const doubled = refuse('malformed', `The ${place} came more than once.`)
  const unreadable = refuse(
    'malformed',
    `The ${place} holds no well-formed JWT${prefix === '' ? '' : ` after "${prefix.trim()}"`}.`,
  )
  const otherAlgorithm = refuse(
    'malformed',
    `The JWT in the ${place} is not signed with ${scheme.algorithms.join(' or ')}.`,
  )
  const mismatch = refuse('mismatch', `The JWT in the ${place} fits none of the configured secrets.`)

  return (request, nowMs) => {
    const value = read(request)
    if (value === undefined) return 'absent'
    if (value === null) return doubled
    const prefixed = value.slice(0, prefix.length).toLowerCase() === prefix.toLowerCase()
    if (!prefixed && !prefixOptional) return unreadable
    const [head = '', payload = '', mac = '', ...more] = (prefixed ? value.slice(prefix.length) : value).split('.')
    const signature = decodeBase64Url(mac)
    const header = readJson(head)
    if (signature === null || header === null || more.length > 0) return unreadable
    const { alg, crit } = header
    const algorithm = typeof alg === 'string' ? algorithms.get(alg) : undefined
    if (algorithm === undefined || crit !== undefined) return otherAlgorithm

    const signed = Buffer.from(`${head}.${payload}`, 'latin1')
    const key = verifiers.find(({ fits }) => fits(algorithm, signed, signature))
    if (key === undefined) return mismatch
    const claims = readJson(payload)
    if (claims === null) return unreadable
    const wrong = checkClaims(claims, request)
    if (wrong !== null) return wrong
    const time = checkTime(claims, nowMs)
    if (time !== null && 'ok' in time) return time
    return {
      ok: true,
      scheme: name,
      secret: key.secret,
      // Of ES256 r alone: whoever knows a signature can turn its s into n - s.
      signature: algorithm === 'ES256' ? signature.toString('base64url', 0, signature.length / 2) : mac,
      signedAt: time?.signedAt ?? null,
      signedHeaders: noHeaders,
      ...unsignedBody,
    }
  }
}

function signatureCheck(scheme: JwtScheme, bytes: Buffer) {
  if (scheme.key.form === 'public-key' || scheme.key.form === 'fetched') {
    const key = { key: keyObject(bytes), dsaEncoding: 'ieee-p1363' as const }
    return (algorithm: Algorithm, signed: Buffer, signature: Buffer) =>
      verify(hashes[algorithm], signed, key, signature)
  }
  const key = createSecretKey(bytes)
  return (algorithm: Algorithm, signed: Buffer, signature: Buffer) => {
    const expected = Buffer.from(createHmac(hashes[algorithm], key).update(signed).digest('binary'), 'latin1')
    return signature.length === expected.length && timingSafeEqual(signature, expected)
  }
}

/** Null: all claims are right. */
function compileClaims(
  scheme: JwtScheme,
  context: TokenContext,
): (claims: Json, request: SignedRequest) => Refused | null {
  const expected = Object.entries(scheme.claims).map(([claim, template]) => ({
    claim,
    content: compileTemplate(template, scheme.name, context),
    optional: scheme.claimsOfBody?.includes(claim) === true,
    wrong: refuse('mismatch', `The signature is right, but the JWT's claim "${claim}" does not fit this request.`),
  }))
  return (claims, request) => {
    for (const { claim, content, optional, wrong } of expected) {
      const value = Object.hasOwn(claims, claim) ? claims[claim] : undefined
      if (value === undefined && optional && request.body.length === 0) continue
      const chunks = content(request, '')
      if ('problem' in chunks) return refuse('malformed', chunks.problem)
      if (typeof value !== 'string' || !sameText(value, joinChunks(chunks))) return wrong
    }
    return null
  }
}

/** Null: the scheme has no time. */
function compileTime(
  { time }: JwtScheme,
  toleranceSeconds: number | null,
): (claims: Json, nowMs: number) => { readonly signedAt: number } | Refused | null {
  if (time === undefined) return () => null
  const absent = refuse('malformed', `The JWT has no time in its claim "${time === 'exp' ? 'exp' : 'iat'}".`)
  return ({ exp, nbf, iat }, nowMs) => {
    const now = Math.floor(nowMs / 1000)
    const since = isTime(nbf) ? nbf : isTime(iat) ? iat : null
    if (time === 'exp') {
      if (!isTime(exp)) return absent
      if (now > exp + leeway) return refuse('expired', `The JWT ended ${now - exp} s ago.`)
    } else {
      if (!isTime(iat)) return absent
      const limit = toleranceSeconds ?? time.iat
      if (now - iat > limit) return refuse('expired', `The JWT was made ${now - iat} s ago; ${limit} s are tolerated.`)
    }
    const ahead = since === null ? 0 : since - now
    if (ahead > Math.max(leeway, toleranceSeconds ?? 0)) return refuse('expired', `The JWT begins only in ${ahead} s.`)
    return { signedAt: (since ?? now) * 1000 }
  }
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function readJson(part: string): Json | null {
  const bytes = decodeBase64Url(part)
  if (bytes === null) return null
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    return isRecord(value) ? value : null
  } catch {
    return null
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

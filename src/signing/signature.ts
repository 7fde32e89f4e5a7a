import { createHmac, hash, randomUUID, sign } from 'node:crypto'
import type { Condition, JwtScheme, SignatureScheme, SignedTime, TokenScheme } from '../providers/types.ts'
import type { Chunk } from '../verification/chunks.ts'
import { compileCondition, describePlace, headerOf, nameOf, placeReader } from '../verification/places.ts'
import { compileTemplate, joinChunks } from '../verification/template.ts'
import { type Draft, requestOf, withValue } from './draft.ts'
import type { SigningKey } from './keys.ts'

export interface SigningContext {
  /** Sent and signed where the scheme signs an id. */
  readonly id: string
  /** Unix seconds; sent and signed where the scheme signs a time. */
  readonly nowSeconds: number
  /** Where the sender believes to post to, without the path and query of the draft and without a slash at its end. */
  readonly publicUrl: string | null
}

/** The signed request, or why this scheme cannot sign it, in one sentence. */
export type Signed = { readonly draft: Draft } | { readonly problem: string }

/** How long a JWT with an end lasts. */
export const jwtSeconds = 300
/** What stands before `assign` where a scheme skips it: the sender's name for its key. */
const keyName = 'posthorn'
const jwtHashes = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512', RS256: 'sha256', ES256: 'sha256' } as const

/** The inverse of `compileSignatureScheme`: puts time, id, nonce and signature where the scheme has them. */
export function signBySignature(
  scheme: SignatureScheme,
  key: SigningKey,
  draft: Draft,
  context: SigningContext,
): Signed {
  const { at, timestamp, list, prefix = '', bound } = scheme
  const { publicUrl } = context
  const time = timestamp === undefined ? '' : writtenTime(context.nowSeconds, timestamp.unit)
  let signing = withTimeAndId(scheme, draft, time, context)
  signing = withSignedHeaders(scheme.signed, signing, context)
  if (bound !== undefined) {
    const value = compileTemplate(bound.equals, scheme.name, { publicUrl })(requestOf(signing), time)
    if ('problem' in value) return value
    signing = withValue(signing, bound.at, joinChunks(value))
  }
  const items = list === undefined ? [] : listItems(scheme, signing, time)
  const { lead = '', separator = '', assign = '', label } = list ?? {}
  // What the signature's own header says may be signed too.
  const stated = items.length === 0 ? signing : withValue(signing, at, lead + items.join(separator))
  const applicable = withCondition(scheme, stated)
  if ('problem' in applicable) return applicable
  const content = compileTemplate(scheme.signed, scheme.name, { ...scheme, publicUrl })(
    requestOf(applicable.draft),
    time,
  )
  if ('problem' in content) return content

  const signature = prefix + signatureOf(scheme, key, content).toString(scheme.encoding)
  const named = assign === '' ? signature : (label ?? keyName) + assign + signature
  return { draft: withValue(applicable.draft, at, lead + [...items, named].join(separator)) }
}

/** The inverse of `compileJwtScheme`. */
export function signByJwt(scheme: JwtScheme, key: SigningKey, draft: Draft, context: SigningContext): Signed {
  const applicable = withCondition(scheme, draft)
  if ('problem' in applicable) return applicable
  const { nowSeconds, publicUrl } = context
  const claims: Record<string, string | number> = {}
  for (const [claim, template] of Object.entries(scheme.claims)) {
    const content = compileTemplate(template, scheme.name, { publicUrl })(requestOf(applicable.draft), '')
    if ('problem' in content) return content
    claims[claim] = joinChunks(content)
  }
  // Two requests of the same second are two tokens.
  if (scheme.time !== undefined) Object.assign(claims, { iat: nowSeconds, jti: randomUUID() })
  if (scheme.time === 'exp') Object.assign(claims, { nbf: nowSeconds, exp: nowSeconds + jwtSeconds })
  const [algorithm] = scheme.algorithms
  if (algorithm === undefined) return { problem: `${scheme.name} names no algorithm.` }
  const signed = `${base64url({ alg: algorithm, typ: 'JWT' })}.${base64url(claims)}`
  const signature =
    key.kind === 'private'
      ? sign(jwtHashes[algorithm], Buffer.from(signed), { key: key.key, dsaEncoding: 'ieee-p1363' })
      : createHmac(jwtHashes[algorithm], key.bytes).update(signed).digest()
  const token = `${scheme.prefix ?? ''}${signed}.${signature.toString('base64url')}`
  return { draft: withValue(applicable.draft, scheme.at, token) }
}

/** Puts the secret itself where the scheme has it. */
export function signByToken(scheme: TokenScheme, key: SigningKey, draft: Draft): Signed {
  if (key.kind !== 'shared') return { problem: `${scheme.name} is no scheme for a private key.` }
  const text = key.bytes.toString(scheme.at.startsWith('header:') ? 'latin1' : 'utf8')
  const { prefix = '' } = scheme
  const token = scheme.basic
    ? `Basic ${key.bytes.toString('base64')}`
    : text.toLowerCase().startsWith(prefix.toLowerCase())
      ? text
      : prefix + text
  return withCondition(scheme, withValue(draft, scheme.at, token))
}

function writtenTime(seconds: number, unit: SignedTime['unit']): string {
  if (unit === 'iso8601') return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
  return String(unit === 'ms' ? seconds * 1000 : seconds)
}

function withTimeAndId({ timestamp, id }: SignatureScheme, draft: Draft, time: string, context: SigningContext): Draft {
  const identified = id === undefined ? draft : withValue(draft, id, context.id)
  if (timestamp === undefined) return identified
  const { from } = timestamp
  return isInList(from) ? identified : withValue(identified, from, time)
}

function isInList(from: SignedTime['from']): from is `list:${string}` {
  return from.startsWith('list:')
}

/** Headers that are signed and that nobody gave: a nonce or an id, and the list of the signed headers. */
function withSignedHeaders(template: string, draft: Draft, { nowSeconds }: SigningContext): Draft {
  const headers: Record<string, string> = { ...draft.headers }
  for (const [, name = ''] of template.matchAll(/\{header:([^{}]+)\}/g)) {
    headers[name] ??= /timestamp/.test(name) ? String(nowSeconds) : randomUUID()
  }
  for (const [, name = ''] of template.matchAll(/\{signed-headers:([^{}]+)\}/g)) {
    headers[name] ??= Object.keys(headers)
      .filter((header) => header.startsWith('x-'))
      .join(',')
  }
  return { ...draft, headers }
}

/** What a list holds besides the signature. */
function listItems({ timestamp, list, signed }: SignatureScheme, draft: Draft, time: string): readonly string[] {
  const { assign = '' } = list ?? {}
  const label = timestamp !== undefined && isInList(timestamp.from) ? nameOf(timestamp.from) : null
  const named = [...signed.matchAll(/\{list-headers:([^{}]+)\}/g)].map(
    ([, name = '']) => name + assign + Object.keys(draft.headers).join(' '),
  )
  return label === null ? named : [label === '#0' ? time : label + assign + time, ...named]
}

/** The same request, made one for which the scheme is used where a header can do that. */
function withCondition({ when, name }: SignatureScheme | JwtScheme | TokenScheme, draft: Draft): Signed {
  if (when === undefined) return { draft }
  const applies = compileCondition(when, placeReader(when.at))
  if (applies(requestOf(draft))) return { draft }
  const header = headerOf(when.at)
  const changed = header !== null && when.is !== undefined ? withValue(draft, when.at, when.is) : draft
  return applies(requestOf(changed))
    ? { draft: changed }
    : { problem: `${name} is used only where ${conditionText(when)}` }
}

function conditionText({ at, is, startsWith, absent }: Condition): string {
  const place = describePlace(at)
  if (absent) return `there is no ${place}`
  if (is !== undefined) return `the ${place} is "${is}"`
  return startsWith === undefined ? `there is a ${place}` : `the ${place} begins with "${startsWith}"`
}

function signatureOf(scheme: SignatureScheme, key: SigningKey, content: readonly Chunk[]): Buffer {
  const bytes = content.map((chunk) => (typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk))
  if (key.kind === 'private') return sign('hash' in scheme ? scheme.hash : null, Buffer.concat(bytes), key.key)
  if (scheme.kind === 'hash') {
    return hash(
      scheme.hash,
      Buffer.concat(scheme.secretAt === 'start' ? [key.bytes, ...bytes] : [...bytes, key.bytes]),
      'buffer',
    )
  }
  const hmac = createHmac('hash' in scheme ? scheme.hash : 'sha256', key.bytes)
  for (const chunk of bytes) hmac.update(chunk)
  return hmac.digest()
}

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

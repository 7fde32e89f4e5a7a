import { createHmac, createPrivateKey, createSecretKey, hash, type KeyObject, sign } from 'node:crypto'
import type { Provider, Scheme, SignatureScheme, SignedTime } from '../providers/types.ts'
import type { Chunk } from './chunks.ts'
import { decodeBase64 } from './encoding.ts'
import { headerOf } from './places.ts'
import { keysFor } from './secrets.ts'
import { compileTemplate } from './template.ts'
import type { SignedRequest } from './types.ts'

export interface SignableMessage {
  readonly body: Uint8Array
  /** Sent and signed where the scheme signs an id; otherwise unused. */
  readonly id: string
  /** Unix time in seconds; sent and signed where the scheme signs a time. */
  readonly nowSeconds: number
}

/**
 * The headers with which a provider would sign this body: the inverse of `compileVerifier`. `schemeName` undefined
 * takes the first scheme that the secret can sign for. Ed25519 schemes take the private key (`whsk_` and the base64 of
 * its 32-byte seed, or of seed and public key). Throws when there is no such scheme or the secret does not fit it.
 */
export function signRequest(
  provider: Provider,
  schemeName: string | undefined,
  secret: string,
  message: SignableMessage,
): Record<string, string> {
  const named = provider.schemes.filter(({ name }) => schemeName === undefined || name === schemeName)
  if (named.length === 0) throw new Error(`${provider.name} has no scheme named "${schemeName}"`)
  for (const scheme of named) {
    if (!isSignable(scheme)) continue
    const signContent = createSigner(scheme, secret)
    if (signContent !== null) return signWith(scheme, signContent, message)
  }
  throw new Error(`this secret cannot sign for ${schemeName ?? provider.name}`)
}

/** Signs what we send ourselves: event id (the same on every attempt), Unix seconds and body give the headers. */
export type StandardWebhooksSigner = (
  id: string,
  timestampSeconds: number,
  body: Uint8Array,
) => Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>>

/**
 * A signer as Standard Webhooks v1 describes it
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md), its key prepared once.
 * `secret`: `whsec_` and the base64 of 24 to 64 random bytes. Throws when it is not base64 after an optional `whsec_`.
 */
export function createStandardWebhooksSigner(secret: string): StandardWebhooksSigner {
  const bytes = decodeBase64(secret.startsWith('whsec_') ? secret.slice('whsec_'.length) : secret)
  if (bytes === null) throw new Error('a Standard Webhooks secret is whsec_ followed by padded base64')
  const key = createSecretKey(bytes)
  return (id, timestampSeconds, body) => {
    const signature = createHmac('sha256', key).update(`${id}.${timestampSeconds}.`).update(body).digest('base64')
    return { 'webhook-id': id, 'webhook-timestamp': String(timestampSeconds), 'webhook-signature': `v1,${signature}` }
  }
}

/** Whether everything that a scheme signs is in a `SignableMessage`, and its signature in a header. */
export function isSignable(scheme: Scheme): scheme is SignatureScheme {
  if (
    scheme.kind !== 'hmac' &&
    scheme.kind !== 'hash' &&
    !(scheme.kind === 'ed25519' && scheme.key.form !== 'public-key' && scheme.key.form !== 'fetched')
  )
    return false
  const { at, signed, timestamp, when, bound, single, list } = scheme
  const foreign = signed.replaceAll(/\{(?:body|body-sha256-hex|timestamp|id)\}/g, '')
  const timed = timestamp === undefined || headerOf(timestamp.from) !== null || timestamp.from.startsWith('list:')
  const plain = when === undefined && bound === undefined && single === undefined
  const labelled = list === undefined || list.assign === undefined || list.label !== undefined
  return headerOf(at) !== null && timed && plain && labelled && !foreign.includes('{')
}

type Signer = (content: readonly Chunk[]) => Buffer

function createSigner(scheme: SignatureScheme, secret: string): Signer | null {
  if (scheme.kind === 'ed25519') {
    const key = privateKey(secret)
    return key && ((content) => sign(null, Buffer.concat(content.map(bytesOf)), key))
  }
  const [key] = keysFor(scheme, secret)
  if (key === undefined) return null
  if (scheme.kind === 'hash') {
    return (content) => {
      const parts = scheme.secretAt === 'start' ? [key, ...content] : [...content, key]
      return hash(scheme.hash, Buffer.concat(parts.map(bytesOf)), 'buffer')
    }
  }
  if (scheme.kind !== 'hmac') return null
  return (content) => {
    const hmac = createHmac(scheme.hash, key)
    for (const chunk of content) hmac.update(bytesOf(chunk))
    return hmac.digest()
  }
}

function signWith(scheme: SignatureScheme, signContent: Signer, message: SignableMessage): Record<string, string> {
  const { id, timestamp, list, at, prefix = '' } = scheme
  const headers: Record<string, string> = {}
  const idHeader = headerOf(id)
  if (idHeader !== null) headers[idHeader] = message.id
  const time = timestamp === undefined ? '' : written(message.nowSeconds, timestamp.unit)
  const timeHeader = headerOf(timestamp?.from)
  if (timeHeader !== null) headers[timeHeader] = time

  const rawHeaders = Object.entries(headers).flat()
  const body = Buffer.from(message.body.buffer, message.body.byteOffset, message.body.byteLength)
  const request: SignedRequest = { method: 'POST', url: '/', headers, rawHeaders, body }
  const content = compileTemplate(scheme.signed, scheme.name, { ...scheme, publicUrl: null })(request, time)
  if ('problem' in content) throw new Error(content.problem)

  const header = headerOf(at) ?? ''
  const signature = prefix + signContent(content).toString(scheme.encoding)
  if (list === undefined) return { ...headers, [header]: signature }
  const { lead = '', label, assign = '', separator } = list
  const signed = label === undefined ? signature : label + assign + signature
  const timeLabel = timestamp?.from.startsWith('list:') ? timestamp.from.slice('list:'.length) : null
  const timed = timeLabel === null ? '' : (timeLabel === '#0' ? time : timeLabel + assign + time) + separator
  return { ...headers, [header]: lead + timed + signed }
}

function written(seconds: number, unit: SignedTime['unit']): string {
  if (unit === 'iso8601') return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
  return String(unit === 'ms' ? seconds * 1000 : seconds)
}

function bytesOf(chunk: Chunk): Buffer {
  return typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk
}

/** RFC 8410: what precedes a 32-byte Ed25519 seed in PKCS #8. */
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex')
const seedBytes = 32

function privateKey(secret: string): KeyObject | null {
  if (!secret.startsWith('whsk_')) return null
  const bytes = decodeBase64(secret.slice('whsk_'.length))
  if (bytes === null || (bytes.length !== seedBytes && bytes.length !== 2 * seedBytes)) return null
  return createPrivateKey({ key: Buffer.concat([pkcs8, bytes.subarray(0, seedBytes)]), format: 'der', type: 'pkcs8' })
}

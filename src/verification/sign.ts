import { createHmac, createSecretKey } from 'node:crypto'
import type { Provider, Scheme, SignatureScheme } from '../providers/types.ts'
import { signDraft } from '../signing/sign-draft.ts'
import { decodeBase64 } from './encoding.ts'
import { headerOf } from './places.ts'

export interface SignableMessage {
  readonly body: Uint8Array
  /** Sent and signed where the scheme signs an id; otherwise unused. */
  readonly id: string
  /** Unix time in seconds; sent and signed where the scheme signs a time. */
  readonly nowSeconds: number
}

/**
 * The headers with which a provider would sign this body, for schemes that sign nothing but body, id and time and have
 * their signature in a header (`isSignable`); `signDraft` signs whole requests by any scheme. `schemeName` undefined takes
 * the first that the secret can sign for. Ed25519 schemes take the private key. Throws when there is no such scheme or the
 * secret does not fit it.
 */
export function signRequest(
  provider: Provider,
  schemeName: string | undefined,
  secret: string,
  { body, id, nowSeconds }: SignableMessage,
): Record<string, string> {
  const schemes = provider.schemes.filter((scheme) => scheme.name === schemeName || isSignable(scheme))
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const draft = { url: '/', headers: {}, body: bytes }
  const context = { id, nowSeconds, publicUrl: null }
  return { ...signDraft({ ...provider, schemes }, schemeName, secret, draft, context).draft.headers }
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

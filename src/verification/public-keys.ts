import { createPublicKey, type JsonWebKeyInput, type KeyObject } from 'node:crypto'
import { decodeBase64 } from './encoding.ts'

export type KeyType = 'ed25519' | 'ec' | 'rsa'

/**
 * The public keys in a configured text, as DER (SPKI): PEM with its line breaks, with `\n` for them or with none, base64 of
 * the DER, or a JWK or JWK set as JSON. None when there is no key of that type in it.
 */
export function publicKeysFrom(text: string, type: KeyType): readonly Buffer[] {
  return keyObjects(text.trim())
    .filter((key) => key.type === 'public' && key.asymmetricKeyType === type)
    .map((key) => key.export({ format: 'der', type: 'spki' }))
}

export function keyObject(spki: Buffer): KeyObject {
  return createPublicKey({ key: spki, format: 'der', type: 'spki' })
}

/** Whether a text is one of the written forms of a key of a pair, so that it can never be a shared secret. */
export function isKeyOfPair(text: string): boolean {
  return text.startsWith('-----BEGIN ') || isJwk(text) || keyObjects(text).length > 0
}

function isJwk(text: string): boolean {
  return /^\{.*"(?:kty|keys)"\s*:/s.test(text)
}

function keyObjects(text: string): readonly KeyObject[] {
  // A private key holds its public one, but it must never be asked for, let alone kept.
  if (/PRIVATE KEY/.test(text)) return []
  if (text.startsWith('-----BEGIN ')) return attempt(() => createPublicKey(withLineBreaks(text)))
  if (text.startsWith('{')) return jwks(text).flatMap((key) => attempt(() => createPublicKey(key)))
  const der = decodeBase64(text)
  return der === null ? [] : attempt(() => keyObject(der))
}

/** Environments and dashboards lose line breaks, and PEM needs those around its labels. */
function withLineBreaks(pem: string): string {
  const [, label = '', body = ''] =
    /^-----BEGIN ([A-Z ]+)-----(.*?)-----END \1-----$/s.exec(pem.replaceAll('\\n', '\n').trim()) ?? []
  const lines = body.replace(/\s+/g, '').match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

function jwks(text: string): readonly JsonWebKeyInput[] {
  try {
    const value: unknown = JSON.parse(text)
    const keys = isObject(value) && Array.isArray(value['keys']) ? value['keys'] : [value]
    return keys
      .filter(isObject)
      .filter((key) => !('d' in key))
      .map((key) => ({ key, format: 'jwk' }))
  } catch {
    return []
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function attempt(read: () => KeyObject): readonly KeyObject[] {
  try {
    return [read()]
  } catch {
    return []
  }
}

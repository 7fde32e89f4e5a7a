import type { Provider, Scheme, SecretForm } from '../providers/types.ts'
import { decodeBase64 } from './encoding.ts'

const privateKeyPrefix = 'whsk_'
const publicKeyPrefix = 'whpk_'
const ed25519KeyBytes = 32
/** Below this a key can be guessed or was mistyped; Standard Webhooks asks for 24 to 64 bytes. */
const safeKeyBytes = 16

/**
 * The key bytes that a secret gives for a scheme, the likeliest first; none when it does not fit. A public key never
 * serves as an HMAC key, whatever the row says: whoever knows it (anybody) could then sign.
 */
export function keysFor(scheme: Scheme, secret: string): readonly Buffer[] {
  if (scheme.kind === 'hmac') return isKeyOfAPair(secret) ? [] : decodeSecret(scheme.key, secret)
  return decodeSecret(scheme.key, secret).filter((key) => key.length === ed25519KeyBytes)
}

function decodeSecret(key: SecretForm, secret: string): readonly Buffer[] {
  const { form, prefix = '', prefixRequired = false } = key
  if (secret === '' || (prefixRequired && !secret.startsWith(prefix))) return []
  const exact = Buffer.from(secret, 'utf8')
  if (form === 'utf8') return [exact]
  const decoded = decodeBase64(secret.startsWith(prefix) ? secret.slice(prefix.length) : secret)
  if (form === 'base64') return decoded === null ? [] : [decoded]
  return decoded === null ? [exact] : [decoded, exact]
}

function isKeyOfAPair(secret: string): boolean {
  const start = unwrap(secret)
  return start.startsWith(publicKeyPrefix) || start.startsWith(privateKeyPrefix) || start.startsWith('-----BEGIN ')
}

/** Why this secret cannot serve this provider, in one sentence that does not contain it; null when it can. */
export function validateSecret(provider: Provider, secret: string): string | null {
  if (secret === '') return 'The secret is empty.'
  if (secret.trim() === '') return 'The secret is white space only.'
  const bare = unwrap(secret)
  if (bare.startsWith(privateKeyPrefix)) {
    return `This is a private signing key (${privateKeyPrefix}…), which only the sender may have: give its public key (${publicKeyPrefix}…).`
  }
  if (fits(provider, secret)) return null
  if (fits(provider, bare)) {
    return `The secret has white space or quotes around it, which ${provider.title} does not allow: remove them.`
  }
  if (!isKeyOfAPair(secret)) {
    return `The secret is not base64: ${provider.title} gives it as whsec_ followed by padded base64.`
  }
  if (!provider.schemes.some((scheme) => scheme.kind !== 'hmac')) {
    return `The secret is a key of a key pair, but ${provider.title} signs with a shared secret: give that.`
  }
  return `The secret is not an Ed25519 public key: give ${publicKeyPrefix} followed by the padded base64 of its ${ed25519KeyBytes} bytes.`
}

/** What is suspicious about a secret that `validateSecret` allows, in one sentence without it; null when nothing is. */
export function secretWarning(provider: Provider, secret: string): string | null {
  if (unwrap(secret) !== secret) {
    return 'The secret has white space or quotes around it, which count as part of it: remove them unless the sender has them too.'
  }
  const length = keyLength(provider, secret)
  if (length >= safeKeyBytes) return null
  return `The secret gives a key of only ${length} bytes: use at least ${safeKeyBytes} random ones.`
}

/** Bytes; of `whsec_…` those that were random, although a provider may use its text. */
function keyLength(provider: Provider, secret: string): number {
  const decoded = secret.startsWith('whsec_') ? decodeBase64(secret.slice('whsec_'.length)) : null
  if (decoded !== null) return decoded.length
  return Math.max(...provider.schemes.flatMap((scheme) => keysFor(scheme, secret).map((key) => key.length)))
}

function fits(provider: Provider, secret: string): boolean {
  return provider.schemes.some((scheme) => keysFor(scheme, secret).length > 0)
}

function unwrap(secret: string): string {
  return secret.replace(/^[\s"'`]+|[\s"'`]+$/g, '')
}

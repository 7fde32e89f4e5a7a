import { createHmac, createPublicKey, createSecretKey, timingSafeEqual, verify } from 'node:crypto'
import type { Scheme } from '../providers/types.ts'
import type { Chunk } from './template.ts'

/** Which of the presented signatures (all of the scheme's length) is right for these bytes under one key; -1: none. */
export type Matcher = (content: readonly Chunk[], signatures: readonly Buffer[]) => number

const hashBytes = { sha1: 20, sha256: 32, sha512: 64 } as const
const ed25519SignatureBytes = 64

export function signatureBytes(scheme: Scheme): number {
  return scheme.kind === 'hmac' ? hashBytes[scheme.hash] : ed25519SignatureBytes
}

/**
 * How many presented signatures are looked at. Comparing with a hash costs nothing, but each Ed25519 check reads the
 * whole body twice, and whoever makes us do that has proved nothing yet.
 */
export function signatureLimit(scheme: Scheme): number {
  return scheme.kind === 'hmac' ? 16 : 4
}

export function createMatcher(scheme: Scheme, keyBytes: Buffer): Matcher {
  return scheme.kind === 'hmac' ? hmacMatcher(scheme.hash, keyBytes) : ed25519Matcher(keyBytes)
}

/** One HMAC, compared with every signature. */
function hmacMatcher(hash: string, keyBytes: Buffer): Matcher {
  const key = createSecretKey(keyBytes)
  return (content, signatures) => {
    const hmac = createHmac(hash, key)
    for (const chunk of content) {
      if (typeof chunk === 'string') hmac.update(chunk, 'latin1')
      else hmac.update(chunk)
    }
    const expected = hmac.digest()
    return signatures.findIndex((signature) => timingSafeEqual(signature, expected))
  }
}

/** Ed25519 has no streaming form (RFC 8032 hashes the message twice), so here the bytes are joined. */
function ed25519Matcher(keyBytes: Buffer): Matcher {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: keyBytes.toString('base64url') }
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  return (content, signatures) => {
    const message = Buffer.concat(
      content.map((chunk) => (typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk)),
    )
    return signatures.findIndex((signature) => verify(null, message, key, signature))
  }
}

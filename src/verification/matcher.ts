import { createHash, createHmac, createSecretKey, type Hash, type Hmac, timingSafeEqual, verify } from 'node:crypto'
import type { SignatureScheme } from '../providers/types.ts'
import type { Chunk } from './chunks.ts'
import { keyObject } from './public-keys.ts'

/** One key of a scheme. */
export interface Matcher {
  /** The presented signature (all are of the scheme's length) that is right for these bytes; null: none is. */
  find(content: readonly Chunk[], signatures: readonly Buffer[]): Buffer | null
  /** What this key makes of these bytes; null when only the sender can tell. */
  expected(content: readonly Chunk[]): Buffer | null
}

const hashBytes = { sha1: 20, sha256: 32, sha512: 64 } as const
const ed25519SignatureBytes = 64

/** Null: it depends on the key. */
export function signatureBytes(scheme: SignatureScheme): number | null {
  if (scheme.kind === 'hmac' || scheme.kind === 'hash') return hashBytes[scheme.hash]
  return scheme.kind === 'ed25519' ? ed25519SignatureBytes : null
}

/**
 * How many presented signatures are looked at. Comparing with a hash costs nothing, but each check with a public key
 * reads the whole body again, and whoever makes us do that has proved nothing yet.
 */
export function signatureLimit(scheme: SignatureScheme): number {
  return scheme.kind === 'hmac' || scheme.kind === 'hash' ? 16 : 4
}

/** `keyBytes` of a public key are its DER (SPKI). */
export function createMatcher(scheme: SignatureScheme, keyBytes: Buffer): Matcher {
  if (scheme.kind === 'hmac') return hmacMatcher(scheme.hash, keyBytes)
  if (scheme.kind === 'hash') return hashMatcher(scheme.hash, scheme.secretAt, keyBytes)
  return publicKeyMatcher(scheme.kind === 'ed25519' ? null : scheme.hash, keyBytes)
}

/** One HMAC, compared with every signature. */
function hmacMatcher(hash: string, keyBytes: Buffer): Matcher {
  const key = createSecretKey(keyBytes)
  return comparing((content) => {
    const hmac = createHmac(hash, key)
    for (const chunk of content) {
      if (typeof chunk === 'string') hmac.update(chunk, 'latin1')
      else hmac.update(chunk)
    }
    return digestOf(hmac)
  })
}

function hashMatcher(hash: string, secretAt: 'start' | 'end', secret: Buffer): Matcher {
  return comparing((content) => {
    const digest = createHash(hash)
    for (const chunk of secretAt === 'start' ? [secret, ...content] : [...content, secret]) {
      if (typeof chunk === 'string') digest.update(chunk, 'latin1')
      else digest.update(chunk)
    }
    return digestOf(digest)
  })
}

/** As text first, since a Buffer of its own costs a quarter of the whole HMAC of 1 KiB; that of a text comes from a pool. */
function digestOf(state: Hash | Hmac): Buffer {
  return Buffer.from(state.digest('binary'), 'latin1')
}

function comparing(expected: (content: readonly Chunk[]) => Buffer): Matcher {
  return {
    expected,
    find(content, signatures) {
      const right = expected(content)
      for (const signature of signatures) if (timingSafeEqual(signature, right)) return signature
      return null
    },
  }
}

/** Ed25519 has no streaming form (RFC 8032 hashes the message twice), so here the bytes are joined. */
function publicKeyMatcher(hash: string | null, spki: Buffer): Matcher {
  const key = keyObject(spki)
  return {
    expected: () => null,
    find(content, signatures) {
      const message = joinBytes(content)
      return signatures.find((signature) => verify(hash, message, key, signature)) ?? null
    },
  }
}

function joinBytes(content: readonly Chunk[]): Buffer {
  const [only] = content
  if (content.length === 1 && Buffer.isBuffer(only)) return only
  return Buffer.concat(content.map((chunk) => (typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk)))
}

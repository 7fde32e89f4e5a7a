import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  type KeyPairKeyObjectResult,
  randomBytes,
} from 'node:crypto'
import type { Scheme, SecretForm } from '../providers/types.ts'
import { decodeBase64 } from '../verification/encoding.ts'
import type { KeyType } from '../verification/public-keys.ts'
import { keysFor, keyTypeOf } from '../verification/secrets.ts'

/** What a sender signs with, and what the gateway must be told to verify it. */
export type SigningKey = { readonly verifiedBy: string } & (
  | { readonly kind: 'shared'; readonly bytes: Buffer }
  | { readonly kind: 'private'; readonly key: KeyObject }
)

/** RFC 8410: what precedes a 32-byte Ed25519 seed in PKCS #8. */
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex')
const seedBytes = 32
/** Of a generated shared secret; Standard Webhooks asks for 24 to 64. */
const secretBytes = 24

/**
 * The key that a text gives for a scheme; null when it does not fit. Schemes with a key pair take the private key: PEM,
 * JWK, or `whsk_` and the base64 of an Ed25519 seed (of seed and public key, too).
 */
export function signingKeyOf(scheme: Scheme, text: string): SigningKey | null {
  if (!canSign(scheme)) return null
  const type = keyTypeOf(scheme)
  if (type === null) {
    const [bytes] = keysFor(scheme, text)
    return bytes === undefined ? null : { kind: 'shared', bytes, verifiedBy: text }
  }
  const key = privateKeyOf(text.trim())
  if (key === null || key.asymmetricKeyType !== type) return null
  return { kind: 'private', key, verifiedBy: publicTextOf(scheme, key) }
}

const sharedForms: ReadonlySet<string> = new Set(['utf8', 'base64', 'hex', 'utf8-or-base64', 'sha1'])

/** Whether anybody but the sender can sign by this scheme: not where the gateway fetches the keys that it publishes. */
export function canSign({ key }: Scheme): boolean {
  return isShared(key) || key.form === 'public-key'
}

function isShared(key: Scheme['key']): key is SecretForm {
  return sharedForms.has(key.form)
}

/** Whether whoever sends by this scheme has a private key that the gateway does not know. */
export function hasKeyPair(scheme: Scheme): boolean {
  return keyTypeOf(scheme) !== null
}

/** A new secret that fits a scheme: `signWith` for the sender (a private key as PEM), `verifyWith` for the gateway. */
export function generateSecret(scheme: Scheme): { readonly signWith: string; readonly verifyWith: string } {
  const type = keyTypeOf(scheme)
  if (type !== null) {
    const { privateKey } = generatePair(type)
    const signWith = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
    return { signWith, verifyWith: publicTextOf(scheme, privateKey) }
  }
  const secret = isShared(scheme.key) ? randomSecret(scheme.key) : ''
  const text = scheme.kind === 'token' && scheme.basic ? `posthorn:${secret}` : secret
  return { signWith: text, verifyWith: text }
}

function randomSecret({ form, prefix = '', prefixRequired }: SecretForm): string {
  const bytes = randomBytes(secretBytes)
  if (form === 'base64' || (form === 'utf8-or-base64' && prefix !== '')) return prefix + bytes.toString('base64')
  return (prefixRequired || form === 'hex' ? prefix : '') + bytes.toString('hex')
}

function generatePair(type: KeyType): KeyPairKeyObjectResult {
  if (type === 'ed25519') return generateKeyPairSync('ed25519')
  if (type === 'ec') return generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  return generateKeyPairSync('rsa', { modulusLength: 2048 })
}

/** The public key as the gateway's setting takes it. */
function publicTextOf({ key: form }: Scheme, key: KeyObject): string {
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' })
  if (!isShared(form)) return spki.toString('base64')
  return (form.prefix ?? '') + spki.subarray(-seedBytes).toString(form.form === 'hex' ? 'hex' : 'base64')
}

function privateKeyOf(text: string): KeyObject | null {
  try {
    if (text.startsWith('whsk_')) return seedKey(text.slice('whsk_'.length))
    if (text.startsWith('{')) return createPrivateKey({ key: JSON.parse(text), format: 'jwk' })
    return text.includes('PRIVATE KEY-----') ? createPrivateKey(text.replaceAll('\\n', '\n')) : null
  } catch {
    return null
  }
}

function seedKey(text: string): KeyObject | null {
  const bytes = decodeBase64(text)
  if (bytes === null || (bytes.length !== seedBytes && bytes.length !== 2 * seedBytes)) return null
  return createPrivateKey({ key: Buffer.concat([pkcs8, bytes.subarray(0, seedBytes)]), format: 'der', type: 'pkcs8' })
}

import { hash } from 'node:crypto'
import type { Provider, Scheme, SecretForm } from '../providers/types.ts'
import { accountsFrom } from './accounts.ts'
import { decodeBase64, decodeHex } from './encoding.ts'
import { isKeyOfPair, type KeyType, publicKeysFrom } from './public-keys.ts'

const privateKeyPrefix = 'whsk_'
const publicKeyPrefix = 'whpk_'
const ed25519KeyBytes = 32
/** RFC 8410: what precedes a 32-byte Ed25519 public key in SPKI. */
const ed25519Spki = Buffer.from('302a300506032b6570032100', 'hex')
/** Below this a key can be guessed or was mistyped; Standard Webhooks asks for 24 to 64 bytes. */
const safeKeyBytes = 16

/**
 * The key bytes that a secret gives for a scheme, the likeliest first (public keys as SPKI); none when it does not fit. A
 * key of a key pair never serves as a shared secret, whatever the row says: whoever knows the public one (anybody) could
 * then sign.
 */
export function keysFor(scheme: Scheme, secret: string): readonly Buffer[] {
  const { key } = scheme
  const type = keyTypeOf(scheme)
  if (key.form === 'fetched') return []
  if (key.form === 'public-key') return type === null ? [] : publicKeysFrom(secret, type)
  if (type === null) {
    if (isKeyOfAPair(secret)) return []
    const fits = scheme.kind !== 'token' || scheme.basic !== true || /^[^:]*:./.test(secret)
    return fits ? decodeSecret(key, secret) : []
  }
  return decodeSecret(key, secret)
    .filter((bytes) => bytes.length === ed25519KeyBytes)
    .map((bytes) => Buffer.concat([ed25519Spki, bytes]))
}

/** Whether a secret serves a scheme: gives it a key, or says whose keys to fetch. */
export function fitsScheme(scheme: Scheme, secret: string): boolean {
  const { key } = scheme
  return key.form === 'fetched' ? accountsFrom(key.account, secret).length > 0 : keysFor(scheme, secret).length > 0
}

/** Null: the scheme's key is a shared secret. */
export function keyTypeOf(scheme: Scheme): KeyType | null {
  if (scheme.kind === 'ed25519' || scheme.kind === 'rsa') return scheme.kind
  if (scheme.kind === 'ecdsa') return 'ec'
  if (scheme.kind !== 'jwt' || (scheme.key.form !== 'public-key' && scheme.key.form !== 'fetched')) return null
  return scheme.algorithms.some((algorithm) => algorithm === 'ES256') ? 'ec' : 'rsa'
}

function decodeSecret(key: SecretForm, secret: string): readonly Buffer[] {
  const { separator } = key
  return separator === undefined
    ? decodeOne(key, secret)
    : secret.split(separator).flatMap((one) => decodeOne(key, one))
}

function decodeOne(key: SecretForm, given: string): readonly Buffer[] {
  const { form, prefix = '', prefixRequired = false, lead = '', suffix = '', not } = key
  const secret = given.startsWith(lead) ? given.slice(lead.length) : given
  if (secret === '' || (prefixRequired && !secret.startsWith(prefix))) return []
  if (not !== undefined && secret.startsWith(not)) return []
  const exact = Buffer.from(secret + suffix, 'utf8')
  if (form === 'utf8') return [exact]
  if (form === 'sha1') return [hash('sha1', secret, 'buffer')]
  const rest = secret.startsWith(prefix) ? secret.slice(prefix.length) : secret
  const decoded = form === 'hex' ? decodeHex(rest) : decodeBase64(rest)
  if (form !== 'utf8-or-base64') return decoded === null ? [] : [decoded]
  return decoded === null ? [exact] : [decoded, exact]
}

function isKeyOfAPair(secret: string): boolean {
  const start = unwrap(secret)
  return start.startsWith(publicKeyPrefix) || start.startsWith(privateKeyPrefix) || isKeyOfPair(start)
}

/** Why this secret cannot serve this provider, in one sentence that does not contain it; null when it can. */
export function validateSecret(provider: Provider, secret: string): string | null {
  if (secret === '') return 'The secret is empty.'
  if (secret.trim() === '') return 'The secret is white space only.'
  const bare = unwrap(secret)
  if (bare.startsWith(privateKeyPrefix) || bare.includes('PRIVATE KEY-----')) {
    return `This is a private signing key, which only the sender may have: give its public key${bare.startsWith(privateKeyPrefix) ? ` (${publicKeyPrefix}…)` : ''}.`
  }
  if (fits(provider, secret)) return null
  if (fits(provider, bare)) {
    return `The secret has white space or quotes around it, which ${provider.title} does not allow: remove them.`
  }
  if (provider.schemes.every((scheme) => isKeptFor(scheme, bare))) {
    return `The secret begins with ${bare.split('_')[0]}_, so it is for signatures, which are not checked for ${provider.title}: choose a secret of your own, or set a provider that checks them (such as standard-webhooks).`
  }
  const asymmetric = provider.schemes.filter((scheme) => keyTypeOf(scheme) !== null)
  if (isKeyOfAPair(secret) && asymmetric.length === 0) {
    return `The secret is a key of a key pair, but ${provider.title} signs with a shared secret: give that.`
  }
  const expected = (asymmetric.length > 0 && isKeyOfAPair(secret) ? asymmetric : provider.schemes).map(describeKey)
  return `The secret is not ${[...new Set(expected)].join(', nor ')}.`
}

/** Whether the secret is one that this scheme leaves to another. */
function isKeptFor({ key }: Scheme, secret: string): boolean {
  return 'not' in key && key.not !== undefined && secret.startsWith(key.not)
}

/** What a scheme takes for a secret, for the operator: completes "the secret is not …". */
function describeKey(scheme: Scheme): string {
  const { key } = scheme
  const type = keyTypeOf(scheme)
  if (key.form === 'fetched') return key.account.expected
  if (key.form === 'public-key') {
    const name = type === 'ed25519' ? 'Ed25519' : type === 'ec' ? 'elliptic curve' : 'RSA'
    return `an ${name} public key (PEM, base64 of its DER, or JWK)`
  }
  const lead = key.prefix === undefined ? '' : `${key.prefix} followed by `
  if (type !== null) {
    const digits = key.form === 'hex' ? 'hex' : 'padded base64'
    return `an Ed25519 public key: give ${lead}the ${digits} of its ${ed25519KeyBytes} bytes`
  }
  if (key.form === 'base64') return `base64: it must be ${lead}padded base64`
  if (key.form === 'hex') return 'hex: it must be hex digits only'
  if (scheme.kind === 'token' && scheme.basic) return 'a user name and a password: give user:password'
  return 'a shared secret as text'
}

/** What is suspicious about a secret that `validateSecret` allows, in one sentence without it; null when nothing is. */
export function secretWarning(provider: Provider, secret: string): string | null {
  // An account is no key.
  if (provider.schemes.some((scheme) => scheme.key.form === 'fetched' && fitsScheme(scheme, secret))) return null
  if (unwrap(secret) !== secret && !isKeyOfPair(unwrap(secret))) {
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
  return provider.schemes.some((scheme) => fitsScheme(scheme, secret))
}

function unwrap(secret: string): string {
  return secret.replace(/^[\s"'`]+|[\s"'`]+$/g, '')
}

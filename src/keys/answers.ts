import { type KeyObject, X509Certificate } from 'node:crypto'
import { compilePointer } from '../events/json-pointer.ts'
import type { KeyAnswerForm } from '../providers/types.ts'
import { type KeyType, publicKeysFrom } from '../verification/public-keys.ts'
import type { KeySet, PublishedKeys } from './types.ts'

/** More than any set has: each costs a check of every request that names none. */
const maxKeys = 16

/** Compiles how a key server's answer is read. The reader throws one sentence when there is no key of that type in it. */
export function compileAnswer(form: KeyAnswerForm, type: KeyType): (text: string, keyId: string | null) => KeySet {
  if (form.kind === 'certificate') return (text, keyId) => certificateSet(text, keyId, type, form.commonName)
  if (form.kind === 'jwks') return (text) => jwksSet(text, type)
  const read = compilePointer(form.at)
  const readEnd = form.kind === 'jwk' && form.expires !== undefined ? compilePointer(form.expires) : null
  return (text, keyId) => {
    const answer = parse(text)
    const value = read(answer)
    const written = typeof value === 'string' ? value : JSON.stringify(value ?? null)
    const end = readEnd?.(answer)
    const keys = publicKeysFrom(written, type)
    const validUntil = typeof end === 'number' ? end * 1000 : null
    return { ...oneKey(keys, keyId), validFrom: null, validUntil }
  }
}

/** The certificate comes first, then those that vouch for it: of them it is the server's name that is trusted, by TLS. */
function certificateSet(text: string, keyId: string | null, type: KeyType, commonName: string | undefined): KeySet {
  const certificate = readCertificate(text)
  const { publicKey, subject, validFromDate, validToDate } = certificate
  const name = /^CN=(.*)$/m.exec(subject)?.[1] ?? ''
  if (commonName !== undefined && !new RegExp(`^(?:${commonName})$`).test(name)) {
    throw new Error('the certificate is in another name')
  }
  const keys = isOfType(publicKey, type) ? [publicKey.export({ format: 'der', type: 'spki' })] : []
  return {
    ...oneKey(keys, keyId),
    validFrom: validFromDate.getTime(),
    validUntil: validToDate.getTime(),
  }
}

function readCertificate(text: string): X509Certificate {
  try {
    return new X509Certificate(text)
  } catch {
    throw new Error('the answer is no certificate')
  }
}

function isOfType(key: KeyObject, type: KeyType): boolean {
  return key.asymmetricKeyType === type
}

function jwksSet(text: string, type: KeyType): KeySet {
  const answer = parse(text)
  if (!isRecord(answer) || !Array.isArray(answer['keys'])) throw new Error('the answer is no set of keys')
  const list = answer['keys'].filter(isRecord)
  const byId = new Map<string, Buffer[]>()
  const all: Buffer[] = []
  for (const jwk of list.slice(0, maxKeys)) {
    // RFC 7517 section 4.2: a key for encryption signs nothing.
    if (jwk['use'] !== undefined && jwk['use'] !== 'sig') continue
    const keys = publicKeysFrom(JSON.stringify(jwk), type)
    all.push(...keys)
    const { kid } = jwk
    if (typeof kid === 'string' && keys.length > 0) byId.set(kid, [...(byId.get(kid) ?? []), ...keys])
  }
  // It may have keys of other types only: then it is known that none of this type signs.
  const keys = ([id, spki]: readonly [string, Buffer[]]): [string, PublishedKeys] => [id, { spki }]
  const whole = all.length === 0 ? null : { spki: all }
  return { byId: new Map([...byId].map(keys)), all: whole, validFrom: null, validUntil: null }
}

function oneKey(spki: readonly Buffer[], keyId: string | null): Pick<KeySet, 'byId' | 'all'> {
  if (spki.length === 0) throw new Error('the answer holds no key of the kind that the sender signs with')
  const keys: PublishedKeys = { spki }
  return { byId: new Map(keyId === null ? [] : [[keyId, keys]]), all: keys }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error('the answer is no JSON')
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

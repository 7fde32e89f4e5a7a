import type { Provider, SignatureScheme } from '../providers/types.ts'
import { decodeHex } from '../verification/encoding.ts'
import { signatureBytes } from '../verification/matcher.ts'
import { headerOf, nameOf } from '../verification/places.ts'
import type { SignedRequest } from '../verification/types.ts'
import { withHeader } from './kept-request.ts'
import type { Cause } from './types.ts'

/** The request with its signature written as the row has it, and the row with the hash that the signature's length tells. */
export interface SignatureForm {
  readonly request: SignedRequest
  readonly provider: Provider
  readonly cause: Cause
  /** Completes "The signature is …". */
  readonly was: string
  readonly header: string
}

interface Found {
  readonly bytes: Buffer
  readonly encoding: 'hex' | 'base64' | 'base64url'
  readonly was: string
}

const hashOf = { 20: 'sha1', 32: 'sha256', 64: 'sha512' } as const

/** Every way in which what stands in the signature's header may be the right signature in the wrong clothes. */
export function* signatureForms(provider: Provider, request: SignedRequest): Generator<SignatureForm> {
  const seen = new Set<string>()
  for (const scheme of provider.schemes) {
    const header = headerOf(scheme.at)
    if (header === null || scheme.kind === 'token' || scheme.kind === 'jwt') continue
    const value = request.headers[header]
    if (typeof value !== 'string') continue
    for (const found of signaturesIn(value)) {
      const fitting = withHash(scheme, found.bytes.byteLength)
      if (fitting === null) continue
      const written = rewritten(fitting, value, found.bytes)
      const key = `${scheme.name}\n${written}`
      if (written === value || seen.has(key)) continue
      seen.add(key)
      yield {
        request: withHeader(request, header, written),
        provider: { ...provider, schemes: [fitting] },
        header,
        ...difference(scheme, fitting, value, found),
      }
    }
  }
}

function difference(
  scheme: SignatureScheme,
  fitting: SignatureScheme,
  value: string,
  { encoding, was }: Found,
): { readonly cause: Cause; readonly was: string } {
  if ('hash' in fitting && 'hash' in scheme && fitting.hash !== scheme.hash) {
    const [theirs, ours] = [fitting.hash, scheme.hash].map((hash) => hash.toUpperCase().replace('SHA', 'SHA-'))
    return { cause: 'signature_algorithm', was: `made with ${theirs}, where ${ours} is expected` }
  }
  const compatible = encoding === scheme.encoding && was === ''
  if (!compatible)
    return { cause: 'signature_encoding', was: was === '' ? `in ${encoding}, not ${scheme.encoding}` : was }
  const lead = (scheme.list?.label ?? '') + (scheme.list?.assign ?? '') + (scheme.prefix ?? '')
  if (lead !== '' && !value.includes(lead)) {
    return { cause: 'signature_prefix', was: `there without "${lead}" before it` }
  }
  return { cause: 'signature_prefix', was: 'there with something else around it' }
}

/** Texts in a header that can be a signature, whatever stands around them. */
function* signaturesIn(value: string): Generator<Found> {
  const texts = [value, unescaped(value), value.replaceAll(' ', '+')]
  const pieces = new Set(texts.flatMap((text) => [text, ...text.split(/[\s,;"'`|<>()[\]{}]+/)]))
  const cores = new Set([...pieces].flatMap((piece) => [piece, piece.replace(/^[A-Za-z][\w-]{0,24}[=:]\s*/, '')]))
  for (const core of cores) {
    if (core.length < 20 || core.length > 1024) continue
    const hex = decodeHex(core)
    if (hex !== null) {
      yield { bytes: hex, encoding: 'hex', was: '' }
      continue
    }
    if (!/^[\w+/-]+={0,2}$/.test(core)) continue
    const url = /[-_]/.test(core) || !/=$/.test(core)
    const bytes = Buffer.from(core, 'base64')
    const inner = decodeHex(bytes.toString('latin1'))
    if (inner !== null) yield { bytes: inner, encoding: 'base64', was: 'the base64 of its hex digits' }
    yield { bytes, encoding: url && bytes.byteLength % 3 !== 0 ? 'base64url' : 'base64', was: '' }
  }
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The scheme with the hash that makes signatures of this length; null: none does. */
function withHash(scheme: SignatureScheme, length: number): SignatureScheme | null {
  const own = signatureBytes(scheme)
  if (own === null || own === length) return scheme
  const hash = length === 20 || length === 32 || length === 64 ? hashOf[length] : null
  if (hash === null) return null
  if (scheme.kind === 'hmac') return { ...scheme, hash }
  return scheme.kind === 'hash' && hash !== 'sha512' ? { ...scheme, hash } : null
}

/** The header as the scheme writes it, with this signature and the times that are in it now. */
function rewritten({ encoding, prefix = '', list, timestamp }: SignatureScheme, value: string, bytes: Buffer): string {
  const signature = prefix + bytes.toString(encoding)
  if (list === undefined) return signature
  const { separator, assign = '', label, lead = '' } = list
  const named = (assign === '' ? '' : (label ?? 'key') + assign) + signature
  const from = timestamp?.from.startsWith('list:') ? nameOf(timestamp.from) : null
  if (from === null) return lead + named
  const items = value.split(/[,;]\s*/).map((item) => item.replace(/^[\s"'`]+|[\s"'`]+$/g, ''))
  const time = from === '#0' ? items[0] : items.find((item) => item.startsWith(from + assign))
  return lead + (time === undefined ? named : `${time}${separator}${named}`)
}

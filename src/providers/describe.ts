import { secretVariable } from '../config/secret-variable.ts'
import { canSign } from '../signing/keys.ts'
import { signsUrl, toleranceOf } from '../verification/scheme.ts'
import type { NameSource, Place, Provider, Scheme } from './types.ts'

/** One provider for scripts: what `posthorn providers --json` prints. */
export interface ProviderDocument {
  readonly name: string
  readonly title: string
  readonly docs: string
  readonly confidence: Provider['confidence']
  readonly secondHand: boolean
  readonly setting: string
  readonly path: string
  readonly needsPublicUrl: boolean
  /** Whether `posthorn send` can sign for it. */
  readonly sendable: boolean
  readonly schemes: readonly {
    readonly name: string
    readonly kind: string
    readonly at: Place
    readonly proof: string
    readonly toleranceSeconds: number | null
  }[]
  readonly type: readonly string[]
  readonly id: readonly string[]
  readonly setup: string
  /** Of a sender that signs nothing, or in a way nobody knows: what is known. */
  readonly known: string | null
  /** A page with the addresses that it sends from. */
  readonly addresses: string | null
  readonly deadlineSeconds: number | null
  readonly retries: string | null
}

export function documentOf(provider: Provider): ProviderDocument {
  const { name, title, docs, confidence, schemes, type, id, setup } = provider
  return {
    name,
    title,
    docs,
    confidence,
    secondHand: provider.secondHand === true,
    setting: secretVariable(name),
    path: name === 'generic' ? '/webhook/<event>' : `/webhook/${name}`,
    needsPublicUrl: schemes.some(signsUrl),
    sendable: schemes.some(canSign),
    schemes: schemes.map((scheme) => ({
      name: scheme.name,
      kind: scheme.kind,
      at: scheme.at,
      proof: proofOf(scheme),
      toleranceSeconds: toleranceOf(scheme),
    })),
    type: type.map(nameOf),
    id: id.map(nameOf),
    setup,
    known: provider.known ?? null,
    addresses: provider.addresses ?? null,
    deadlineSeconds: provider.deadlineSeconds ?? null,
    retries: provider.retries ?? null,
  }
}

/** How a request proves where it is from, in a word or two. */
export function proofOf(scheme: Scheme): string {
  switch (scheme.kind) {
    case 'hmac':
      return `HMAC-${hashName(scheme.hash)}`
    case 'hash':
      return `${hashName(scheme.hash)} with secret`
    case 'ed25519':
      return 'Ed25519'
    case 'rsa':
    case 'ecdsa':
      return `${scheme.kind.toUpperCase()}-${hashName(scheme.hash)}`
    case 'jwt':
      return `JWT ${scheme.algorithms.join('/')}`
    case 'token':
      return scheme.basic ? 'user and password' : 'token'
  }
}

/** In words. */
export function limitOf(scheme: Scheme): string {
  if (scheme.kind === 'jwt' && scheme.time === 'exp') return "the token's own"
  const seconds = toleranceOf(scheme)
  return seconds === null ? 'none' : `${seconds} s`
}

function hashName(hash: string): string {
  return hash.toUpperCase().replace('SHA', 'SHA-')
}

function nameOf(source: NameSource): string {
  return typeof source === 'string' ? source : source.join(' + ')
}

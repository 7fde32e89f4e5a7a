import type { Provider, Scheme } from '../providers/types.ts'
import type { Account } from './accounts.ts'
import { compileJwtScheme } from './jwt-scheme.ts'
import { compileCondition, placeReader } from './places.ts'
import { fitsScheme, keysFor } from './secrets.ts'
import { compileSignatureScheme } from './signature-scheme.ts'
import { compileTokenScheme } from './token-scheme.ts'
import { needsPublicUrl } from './tokens.ts'
import type { SchemeVerifier, SourceSecrets } from './types.ts'

export interface SchemeOptions {
  /** Null: the row's own. */
  readonly toleranceSeconds: number | null
  /** Null: not configured. */
  readonly publicUrl: string | null
  /** Of a scheme with fetched keys. */
  readonly account?: Account
}

/** A secret's key for one scheme. */
export interface SchemeKey {
  readonly secret: 'current' | 'previous'
  readonly bytes: Buffer
}

/** Null when none of the secrets fits the scheme. Throws when the row itself is wrong. */
export function compileScheme(scheme: Scheme, secrets: SourceSecrets, options: SchemeOptions): SchemeVerifier | null {
  const keys = schemeKeys(scheme, secrets)
  if (keys.length === 0) return null
  const verify = compileKind(scheme, keys, options)
  if (scheme.when === undefined) return verify
  const applies = compileCondition(scheme.when, placeReader(scheme.when.at))
  return (request, nowMs) => (applies(request) ? verify(request, nowMs) : 'absent')
}

/** Whether a scheme signs the URL that the sender posts to, which only PUBLIC_URL can tell. */
export function signsUrl(scheme: Scheme): boolean {
  if (scheme.kind === 'token') return false
  const templates = scheme.kind === 'jwt' ? Object.values(scheme.claims) : [scheme.signed]
  return templates.some(needsPublicUrl)
}

/** How much of what this secret serves for depends on PUBLIC_URL: see `signsUrl`. */
export function urlDependence(provider: Provider, secret: string): 'all' | 'some' | 'none' {
  const schemes = provider.schemes.filter((scheme) => fitsScheme(scheme, secret))
  const dependent = schemes.filter(signsUrl)
  return dependent.length === 0 ? 'none' : dependent.length === schemes.length ? 'all' : 'some'
}

/** Seconds; null: requests do not age. Of a JWT that has an end, nothing but that limits it: null as well. */
export function toleranceOf(scheme: Scheme): number | null {
  if (scheme.kind === 'token') return null
  if (scheme.kind !== 'jwt') return scheme.timestamp?.tolerance ?? null
  return scheme.time === undefined || scheme.time === 'exp' ? null : scheme.time.iat
}

/** A scheme with keys that are there, whenever it applies. */
export function compileKind(scheme: Scheme, keys: readonly SchemeKey[], options: SchemeOptions): SchemeVerifier {
  if (scheme.kind === 'token') return compileTokenScheme(scheme, keys)
  return scheme.kind === 'jwt' ? compileJwtScheme(scheme, keys, options) : compileSignatureScheme(scheme, keys, options)
}

function schemeKeys(scheme: Scheme, secrets: SourceSecrets): readonly SchemeKey[] {
  const current = keysFor(scheme, secrets.current)
  const previous = secrets.previous === null ? [] : keysFor(scheme, secrets.previous)
  const added = previous.filter((key) => !current.some((known) => known.equals(key)))
  return [
    ...current.map((bytes) => ({ secret: 'current' as const, bytes })),
    ...added.map((bytes) => ({ secret: 'previous' as const, bytes })),
  ]
}

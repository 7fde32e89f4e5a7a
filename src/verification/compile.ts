import type { KeyService } from '../keys/service.ts'
import type { Provider, Scheme } from '../providers/types.ts'
import { compileFetchedScheme, type FetchedVerifier, isFetched } from './fetched-scheme.ts'
import { isDoubled } from './header.ts'
import { describePlace, headerOf, placeReader } from './places.ts'
import { compileScheme, signsUrl } from './scheme.ts'
import { fitsScheme, validateSecret } from './secrets.ts'
import {
  type FetchingVerifier,
  type Refused,
  refuse,
  type SchemeVerifier,
  type SourceSecrets,
  type Verifier,
} from './types.ts'

export interface VerifierOptions {
  /** How far a signed time may be from now, both ways; null: as each scheme of the provider says. */
  readonly toleranceSeconds: number | null
  /** Where the sender posts to, without path segments of the gateway's own and without a slash at its end. */
  readonly publicUrl?: string | null
}

/**
 * Prepares everything that does not depend on a request: keys, templates, messages. Throws when a secret cannot serve
 * the provider (`validateSecret` says so beforehand) or when the row is wrong; the verifier itself never throws.
 */
export function compileVerifier(provider: Provider, secrets: SourceSecrets, options: VerifierOptions): Verifier {
  checkSecrets(provider, secrets)
  const { toleranceSeconds, publicUrl = null } = options
  const compiled = provider.schemes.flatMap((scheme) => {
    if (isFetched(scheme)) return usesScheme(scheme, secrets) ? [{ scheme, verify: withoutKeys(scheme) }] : []
    const verify = compileScheme(scheme, secrets, { toleranceSeconds, publicUrl })
    return verify === null ? [] : [{ scheme, verify }]
  })
  return combine(provider, compiled, publicUrl)
}

/** Whether any of the secrets is for keys that are fetched: then it takes `compileFetchingVerifier`. */
export function fetchesKeys(provider: Provider, secrets: SourceSecrets): boolean {
  return provider.schemes.some((scheme) => isFetched(scheme) && usesScheme(scheme, secrets))
}

/** As `compileVerifier`, with the keys that the sender publishes. */
export function compileFetchingVerifier(
  provider: Provider,
  secrets: SourceSecrets,
  options: VerifierOptions,
  keys: KeyService,
): FetchingVerifier {
  checkSecrets(provider, secrets)
  const { toleranceSeconds, publicUrl = null } = options
  const fetched: FetchedVerifier[] = []
  const compiled = provider.schemes.flatMap((scheme) => {
    if (isFetched(scheme)) {
      if (!usesScheme(scheme, secrets)) return []
      const one = compileFetchedScheme(provider, scheme, secrets, { toleranceSeconds, publicUrl }, keys)
      fetched.push(one)
      return [{ scheme, verify: one.verify }]
    }
    const verify = compileScheme(scheme, secrets, { toleranceSeconds, publicUrl })
    return verify === null ? [] : [{ scheme, verify }]
  })
  const verify = combine(provider, compiled, publicUrl)
  return (request, nowMs) => {
    const waiting = fetched.flatMap(({ prepare }) => prepare(request, nowMs) ?? [])
    return waiting.length === 0 ? verify(request, nowMs) : Promise.all(waiting).then(() => verify(request, nowMs))
  }
}

function checkSecrets(provider: Provider, secrets: SourceSecrets): void {
  for (const secret of [secrets.current, secrets.previous]) {
    const problem = secret === null ? null : validateSecret(provider, secret)
    if (problem !== null) throw new Error(`${provider.name}: ${problem}`)
  }
}

function usesScheme(scheme: Scheme, { current, previous }: SourceSecrets): boolean {
  return fitsScheme(scheme, current) || (previous !== null && fitsScheme(scheme, previous))
}

/** Where nothing may be fetched nobody can say whether a request is genuine. */
function withoutKeys({ at }: Scheme): SchemeVerifier {
  const unavailable = refuse('unavailable', 'The key that the sender publishes cannot be fetched here.')
  const read = placeReader(at)
  return (request) => (read(request) === undefined ? 'absent' : unavailable)
}

interface CompiledScheme {
  readonly scheme: Scheme
  readonly verify: SchemeVerifier
}

/** Any scheme may accept a request, strong ones first. */
function combine(provider: Provider, compiled: readonly CompiledScheme[], publicUrl: string | null): Verifier {
  // Without PUBLIC_URL a scheme over the URL can only refuse: it must not shadow one that does without.
  const usable = compiled.filter(({ scheme }) => publicUrl !== null || !signsUrl(scheme))
  const chosen = usable.length > 0 ? usable : compiled
  const strong = chosen.filter(({ scheme }) => !isWeak(scheme))
  const weak = chosen.filter(({ scheme }) => isWeak(scheme))
  const named = [...new Set(chosen.map(({ scheme }) => describePlace(scheme.at)))].join(' or ')
  const missing = refuse('missing', `The request has no ${named}.`)
  const unlabelled = refuse('malformed', `The ${named} holds no signature of a kind that the secret is for.`)
  const idHeaders = provider.id.flat().flatMap((source) => headerOf(source) ?? [])
  const doubledId = refuse(
    'malformed',
    `A header that names the event (${idHeaders.join(' or ')}) came more than once.`,
  )

  const ordered = [...strong, ...weak].map(({ scheme: { at }, verify }) => ({
    at,
    verify,
    sharesPlace: strong.some(({ scheme }) => scheme.at === at),
  }))

  return (request, nowMs) => {
    let expired: Refused | null = null
    let first: Refused | null = null
    let firstAt = ''
    let unavailable: Refused | null = null
    let unlabelledSeen = false
    for (const [index, { at, verify, sharesPlace }] of ordered.entries()) {
      // A request that fails where it proves most is not given the easier proof, unless that is at the very same place.
      if (index >= strong.length) {
        if (index === strong.length && (expired ?? first ?? unavailable) !== null) break
        if (unlabelledSeen && !sharesPlace) continue
      }
      const verdict = verify(request, nowMs)
      if (verdict === 'absent') continue
      if (verdict === 'unlabelled') {
        unlabelledSeen = true
        continue
      }
      if (verdict.ok) {
        for (const header of idHeaders) if (isDoubled(request, header)) return doubledId
        return verdict
      }
      if (verdict.cause === 'expired') expired ??= verdict
      else if (verdict.cause === 'unavailable') unavailable ??= verdict
      else if (first === null) {
        first = verdict
        firstAt = at
      } else if (first.cause === 'malformed' && verdict.cause === 'mismatch' && at === firstAt) {
        // Of the schemes of one header, only the one that can read it knows what is wrong.
        first = verdict
      }
    }
    return expired ?? unavailable ?? first ?? (unlabelledSeen ? unlabelled : missing)
  }
}

function isWeak(scheme: Scheme): boolean {
  return scheme.weak === true || scheme.kind === 'token'
}

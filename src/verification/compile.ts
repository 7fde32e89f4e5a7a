import type { Provider } from '../providers/types.ts'
import { isDoubled } from './header.ts'
import { compileScheme, refuse, type SchemeVerifier } from './scheme.ts'
import { validateSecret } from './secrets.ts'
import type { Refused, SourceSecrets, Verifier } from './types.ts'

export interface VerifierOptions {
  /** How far a signed time may be from now, both ways; null: as each scheme of the provider says. */
  readonly toleranceSeconds: number | null
}

/**
 * Prepares everything that does not depend on a request: keys, templates, messages. Throws when a secret cannot serve
 * the provider (`validateSecret` says so beforehand) or when the row is wrong; the verifier itself never throws.
 */
export function compileVerifier(provider: Provider, secrets: SourceSecrets, options: VerifierOptions): Verifier {
  for (const secret of [secrets.current, secrets.previous]) {
    const problem = secret === null ? null : validateSecret(provider, secret)
    if (problem !== null) throw new Error(`${provider.name}: ${problem}`)
  }

  const schemes: SchemeVerifier[] = []
  const headers = new Set<string>()
  for (const scheme of provider.schemes) {
    const verifier = compileScheme(scheme, secrets, options.toleranceSeconds)
    if (verifier === null) continue
    schemes.push(verifier)
    headers.add(scheme.header)
  }
  const named = [...headers].join(' or ')
  const missing = refuse('missing', `The request has no ${named} header.`)
  const unlabelled = refuse('malformed', `The ${named} header holds no signature of a kind that the secret is for.`)
  const idHeaders = provider.id.flatMap((source) =>
    source.startsWith('header:') ? [source.slice('header:'.length)] : [],
  )
  const doubledId = refuse(
    'malformed',
    `A header that names the event (${idHeaders.join(' or ')}) came more than once.`,
  )

  return (request, nowMs) => {
    let expired: Refused | null = null
    let first: Refused | null = null
    for (const verify of schemes) {
      const verdict = verify(request, nowMs)
      if (verdict === 'absent') continue
      if (verdict === 'unlabelled') {
        if (first === null) first = unlabelled
        continue
      }
      if (verdict.ok) {
        for (const header of idHeaders) if (isDoubled(request, header)) return doubledId
        return verdict
      }
      if (verdict.cause === 'expired') expired ??= verdict
      else if (first === null || first === unlabelled) first = verdict
    }
    return expired ?? first ?? missing
  }
}

import type { SourceConfig } from '../config/types.ts'
import type { CapturedSecrets } from '../handshakes/captured-secrets.ts'
import type { KeyService } from '../keys/service.ts'
import { compileFetchingVerifier, compileVerifier, fetchesKeys } from '../verification/compile.ts'
import { type FetchingVerifier, type Refused, refuse, type Verifier } from '../verification/types.ts'

/** What decides whether a request is from this source's sender; null where nothing is verified. */
export function compileSourceVerifier(config: SourceConfig, publicUrl: string | null): Verifier | null {
  const { provider, secrets, toleranceSeconds } = config
  return secrets === null ? null : compileVerifier(provider, secrets, { toleranceSeconds, publicUrl })
}

/** Whether this source's sender is known by keys that it publishes. */
export function needsKeys({ provider, secrets }: SourceConfig): boolean {
  return secrets !== null && fetchesKeys(provider, secrets)
}

/** The same as `compileSourceVerifier` for a source that `needsKeys`; null for any other. */
export function compileFetchingSourceVerifier(
  config: SourceConfig,
  publicUrl: string | null,
  keys: KeyService | null,
): FetchingVerifier | null {
  const { provider, secrets, toleranceSeconds } = config
  if (keys === null || secrets === null || !needsKeys(config)) return null
  return compileFetchingVerifier(provider, secrets, { toleranceSeconds, publicUrl }, keys)
}

/** The same for a source whose sender brings secrets in handshakes: any of them may verify, and none means refused. */
export function compileCapturingVerifier(
  config: SourceConfig,
  publicUrl: string | null,
  captured: Pick<CapturedSecrets, 'of'>,
): Verifier {
  const { name, provider, toleranceSeconds } = config
  const configured = compileSourceVerifier(config, publicUrl)
  const none = refuse('missing', `${provider.title} has not brought a secret yet: create its webhook.`)
  const compileAll = (secrets: readonly string[]): readonly Verifier[] => [
    ...(configured === null ? [] : [configured]),
    ...secrets.map((current) =>
      compileVerifier(provider, { current, previous: null }, { toleranceSeconds, publicUrl }),
    ),
  ]
  let known = captured.of(name)
  let verifiers = compileAll(known)

  return (request, nowMs) => {
    const now = captured.of(name)
    if (now !== known) {
      known = now
      verifiers = compileAll(now)
    }
    let refused: Refused | null = null
    for (const verify of verifiers) {
      const verdict = verify(request, nowMs)
      if (verdict.ok) return verdict
      if (refused === null || verdict.cause === 'expired') refused = verdict
    }
    return refused ?? none
  }
}

import type { SourceConfig } from '../config/types.ts'
import type { KeyService } from '../keys/service.ts'
import { compileFetchingVerifier, compileVerifier, fetchesKeys } from '../verification/compile.ts'
import type { FetchingVerifier, Verifier } from '../verification/types.ts'

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

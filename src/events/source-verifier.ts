import type { SourceConfig } from '../config/types.ts'
import { compileVerifier } from '../verification/compile.ts'
import type { Verifier } from '../verification/types.ts'

/** What decides whether a request is from this source's sender; null where nothing is verified. */
export function compileSourceVerifier(config: SourceConfig, publicUrl: string | null): Verifier | null {
  const { provider, secrets, toleranceSeconds } = config
  return secrets === null ? null : compileVerifier(provider, secrets, { toleranceSeconds, publicUrl })
}

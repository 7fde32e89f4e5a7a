import type { FaultName } from '../../signing/faults.ts'

/** What `--help` and docs/cli.md say of each. */
export const faultMeanings: Readonly<Record<FaultName, string>> = {
  stale: 'signed too long ago: must be rejected as expired',
  future: 'signed with a time to come: must be rejected as expired',
  'wrong-secret': 'signed with another secret: must be rejected',
  'mutated-body': 'changed after it was signed: must be rejected',
  'no-signature': 'without the signature: must be rejected',
  duplicate: 'the same request twice: the second must be a duplicate',
  'concurrent-duplicates': 'the same request many times at once: all but one must be duplicates',
  slow: 'the body arrives in small pieces: must be accepted',
  chunked: 'without Content-Length: must be accepted',
}

/** What `posthorn send` was told, each checked by itself. */
export interface SendOptions {
  readonly url?: URL
  readonly source?: string
  readonly secret?: string
  readonly secretFile?: string
  readonly scheme?: string
  readonly unsigned?: true
  readonly publicUrl?: string
  readonly event?: string
  readonly id?: string
  readonly data?: string
  /** Name and value. */
  readonly header?: readonly (readonly [string, string])[]
  readonly fault?: FaultName
  readonly count: number
  readonly concurrency?: number
  /** Seconds. */
  readonly timeout: number
  /** Seconds. */
  readonly drip: number
  readonly show?: true
  readonly dryRun?: true
  readonly generateKey?: string
  readonly json?: true
}

/** What a test request can be made wrong in on purpose. What each means is in docs/cli.md. */
export const faultNames = [
  'stale',
  'future',
  'wrong-secret',
  'mutated-body',
  'no-signature',
  'duplicate',
  'concurrent-duplicates',
  'slow',
  'chunked',
] as const
export type FaultName = (typeof faultNames)[number]

/** Faults of a signature or of a signed time: without a signature there is nothing to make wrong. */
const ofSignature: ReadonlySet<FaultName> = new Set(['stale', 'future', 'wrong-secret', 'mutated-body', 'no-signature'])

export function needsSignature(fault: FaultName): boolean {
  return ofSignature.has(fault)
}

/** How many of `concurrent-duplicates` are sent at once, unless told otherwise. */
export const defaultCopies = 10

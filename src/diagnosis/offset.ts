import type { KeyService } from '../keys/service.ts'
import { createBench } from './bench.ts'
import type { Knowledge, Subject } from './types.ts'

/**
 * By how many seconds a rightly signed time was off from when the request came (past: positive); null where it is not
 * rightly signed, or has no time.
 */
export async function measureOffset(
  subject: Subject,
  knowledge: Knowledge,
  keys: KeyService | null,
): Promise<number | null> {
  const source = knowledge.sources.find(({ name }) => name === subject.source)
  if (source === undefined || subject.receivedAt === null) return null
  const verdict = await createBench({ subject, source, knowledge, keys }).judge({})
  return verdict?.ok && verdict.signedAt !== null ? (subject.receivedAt - verdict.signedAt) / 1000 : null
}

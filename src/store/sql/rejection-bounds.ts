import { decodeRejectionId } from '../event-id.ts'
import type { RejectionQuery } from '../types.ts'

/** Below and above which sequence numbers a query asks; there is none between them where one of its ids is no id. */
export function boundsOf({ before, after }: RejectionQuery): readonly [number, number] {
  return [
    before === undefined ? Number.MAX_SAFE_INTEGER : (decodeRejectionId(before) ?? 0),
    after === undefined ? -1 : (decodeRejectionId(after) ?? Number.MAX_SAFE_INTEGER),
  ]
}

import { createRate } from '../delivery/rate.ts'
import type { RefusalCode } from '../errors.ts'
import type { NewRejection, Store } from '../store/types.ts'

/** Keeps rejected requests for the operator, as many as do no harm. */
export type RejectionKeeper = (rejection: Omit<NewRejection, 'count'>) => void

/** Refusals that an operator may want to look into; the others are about load or the way in. */
const kept: ReadonlySet<RefusalCode> = new Set([
  'INVALID_SIGNATURE',
  'EXPIRED',
  'INVALID_JSON',
  'INVALID_EVENT',
  'DOUBLED_ID',
  'TOO_LARGE',
])

/** So many in a second are kept in a flood; the others are only counted. */
const perSecond = 20

interface Refusal {
  readonly code: RefusalCode
  readonly cause: string | null
}

/**
 * What a refusal is filed under; null: it is not kept. A GET is, where it has what proves an event: a redirect turned the
 * sender's POST into it.
 */
export function rejectionCause(
  { code, cause }: Refusal,
  method: string,
  has: (header: string) => boolean,
  proofHeaders: ReadonlySet<string>,
): string | null {
  if (code === 'METHOD_NOT_ALLOWED') {
    return method === 'GET' && cause === null && [...proofHeaders].some(has) ? 'redirected' : null
  }
  return kept.has(code) ? (cause ?? code.toLowerCase()) : null
}

/** Whether it was rejected before its body was read. */
export function isUnread({ code, cause }: Refusal): boolean {
  return code === 'TOO_LARGE' || code === 'METHOD_NOT_ALLOWED' || cause === 'address'
}

/** @param now Unix milliseconds */
export function createRejectionKeeper(store: Pick<Store, 'reject'>, now: () => number): RejectionKeeper {
  const rate = createRate(perSecond, now())
  let skipped = 0

  return (rejection) => {
    if (rate.available(now()) === 0) {
      skipped += 1
      return
    }
    rate.take(1)
    const count = skipped + 1
    skipped = 0
    // Without promise: what cannot be kept is in the log.
    store.reject([{ ...rejection, count }]).catch(() => {})
  }
}

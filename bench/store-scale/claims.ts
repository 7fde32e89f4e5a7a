import type { ClaimRequest, Lease, Settlement } from '../../src/store/types.ts'
import { median } from '../harness/statistics.ts'

/** What something cost, and what came of it. */
export interface Cost<T = unknown> {
  readonly cost: number
  readonly result: T
}

/** A store in which a lot waits for the destination `slow`. Each call is for a batch. */
export interface ClaimSubject {
  claim(requests: readonly ClaimRequest[], now: number): Promise<Cost<readonly Lease[]>>
  settle(settlements: readonly Settlement[], now: number): Promise<Cost>
  /** Stores an event for each of these ids, or finds that it is known. */
  accept(ids: readonly string[], now: number): Promise<Cost>
}

/** Medians, of a batch. */
export interface ClaimCosts {
  readonly claim: number
  readonly settle: number
  readonly accept: number
  readonly duplicate: number
}

export const batch = 10
const rounds = 60

/** Claims batches, settles them as done, and stores as many new events, each of them twice. */
export async function measureClaims(subject: ClaimSubject, pending: number): Promise<ClaimCosts> {
  const samples = { claim: [] as number[], settle: [] as number[], accept: [] as number[], duplicate: [] as number[] }
  for (let round = 0; round < Math.min(rounds, pending / batch / 2); round++) {
    const now = Date.now()
    const claimed = await subject.claim([{ destination: 'slow', limit: batch, leaseMs: 60_000 }], now)
    if (claimed.result.length !== batch) throw new Error(`claimed ${claimed.result.length} of ${batch}`)
    const settlements = claimed.result.map(({ event, destination, attempt }) => {
      return { eventId: event.id, destination, attempt, outcome: 'done', status: 200, error: null } as const
    })
    const ids = Array.from({ length: batch }, (_, n) => `new ${round} ${n}`)
    samples.claim.push(claimed.cost)
    samples.settle.push((await subject.settle(settlements, now)).cost)
    samples.accept.push((await subject.accept(ids, now)).cost)
    samples.duplicate.push((await subject.accept(ids, now)).cost)
  }
  const { claim, settle, accept, duplicate } = samples
  return { claim: median(claim), settle: median(settle), accept: median(accept), duplicate: median(duplicate) }
}

import { type TestContext, test } from 'node:test'
import type { Lease, Settlement, Store } from '../../src/store/types.ts'

export interface OpenOptions {
  readonly dedupRetentionMs: number
  /** How many rows one question may look at, where the test is about what comes after that. */
  readonly scanRows?: number
  /** This machine's clock, for engines that a server keeps. */
  readonly clock?: () => number
  readonly rejections?: { readonly maxCount?: number; readonly maxBytes?: number; readonly maxBodyBytes?: number }
}

export interface Harness {
  /** Opens the engine on the same data each time it is called within one test. */
  open(options: OpenOptions): Promise<Store>
}

export const day = 86_400_000
export const retention = { dedupRetentionMs: 35 * day }

export type Check = (
  behaviour: string,
  body: (store: Store, t: TestContext, harness: Harness) => Promise<void>,
  options?: Partial<OpenOptions>,
) => void

/** Makes tests of one engine: each has a store of its own. */
export function checksFor(engine: string, createHarness: () => Harness): Check {
  return (behaviour, body, options = {}) => {
    test(`${engine}: ${behaviour}`, async (t) => {
      const harness = createHarness()
      const store = await harness.open({ ...retention, ...options })
      t.after(() => store.close())
      await body(store, t, harness)
    })
  }
}

export async function claimAll(store: Store, destination: string, now: number, limit = 100): Promise<readonly Lease[]> {
  return (await store.claim([{ destination, limit, leaseMs: 30_000 }], now)).leases
}

/** How an attempt ended: an error with status 500 unless it is done. */
export function settlementOf(
  { event, destination, attempt }: Lease,
  outcome: Settlement['outcome'],
  more: Partial<Settlement> = {},
): Settlement {
  const answer = outcome === 'done' ? { status: 200, error: null } : { status: 500, error: 'no' }
  return { eventId: event.id, destination, attempt, outcome, ...answer, ...more }
}

/** Claims what is due for a destination and settles all of it in one way. */
export async function settleAll(
  store: Store,
  destination: string,
  now: number,
  outcome: Settlement['outcome'],
  more: Partial<Settlement> = {},
): Promise<readonly Lease[]> {
  const leases = await claimAll(store, destination, now)
  await store.settle(
    leases.map((lease) => settlementOf(lease, outcome, more)),
    now,
  )
  return leases
}

/** Repeats a step with its cursor until it says that it is done; returns the sum. */
export async function sumOf(
  step: (after: string | undefined) => Promise<{ readonly count: number; readonly next: string | null }>,
): Promise<number> {
  let [sum, after] = [0, undefined as string | undefined]
  for (;;) {
    const { count, next } = await step(after)
    sum += count
    if (next === null) return sum
    after = next
  }
}

import assert from 'node:assert/strict'
import { it, type TestContext } from 'node:test'
import fc from 'fast-check'
import { createDispatcher } from '../../../src/delivery/dispatcher.ts'
import type { Destination, Outcome } from '../../../src/delivery/types.ts'
import { openSqliteStore } from '../../../src/store/sqlite/store.ts'
import type { Store } from '../../../src/store/types.ts'
import { newEvent } from '../../support/events.ts'
import { tempDir } from '../../support/temp-dir.ts'
import { destination, recordedLog } from './support.ts'

type Step = Outcome['result']

/** One event: its key, and how its attempts go; after these it is delivered. */
interface Planned {
  readonly key: string | null
  readonly steps: readonly Step[]
}

const delays = [0, 0]
const outcomes = {
  delivered: { result: 'delivered', status: 200 },
  failed: { result: 'failed', status: 500, error: 'injected' },
  ended: { result: 'ended', status: 400, error: 'injected' },
} as const satisfies Readonly<Record<Step, Outcome>>

async function openStore(t: TestContext): Promise<Store> {
  const store = await openSqliteStore({ dataDir: tempDir(), dedupRetentionMs: 86_400_000 })
  t.after(() => store.close())
  return store
}

/** Delivers the events through a dispatcher of its own and says in which order their attempts began. */
async function deliver(store: Store, name: string, plan: readonly Planned[]): Promise<readonly number[]> {
  const begun: number[] = []
  const numbers = new Map<string, number>()
  const left = new Set(plan.keys())
  const all = Promise.withResolvers<void>()
  const target: Destination = destination(name, {
    concurrency: 4,
    breaker: null,
    schedule: { delays, jitter: 0 },
    async attempt({ id }, { attempt }) {
      const n = numbers.get(id) ?? assert.fail()
      begun.push(n)
      const step = plan[n]?.steps[attempt - 1] ?? 'delivered'
      // Others get their turn meanwhile.
      for (let i = 0; i < n % 3; i++) await new Promise(setImmediate)
      const done = step !== 'failed' || attempt > delays.length
      if (done) left.delete(n)
      if (left.size === 0) all.resolve()
      return outcomes[step]
    },
  })
  for (const [n, { key }] of plan.entries()) {
    const { id } = await store.accept(newEvent({ destinations: [name], orderingKeys: [key], externalId: null }))
    numbers.set(id, n)
  }
  const dispatcher = createDispatcher({ store, destinations: [target], log: recordedLog(), pollMs: 50 })
  dispatcher.start()
  await all.promise
  await dispatcher.stop()
  return begun
}

const step = fc.constantFrom<Step>('delivered', 'failed', 'ended')
const planned = fc.record({ key: fc.constantFrom('a', 'b', null), steps: fc.array(step, { maxLength: 3 }) })

it('whatever fails, no event begins before an earlier one of its key is done or dead', async (t) => {
  const store = await openStore(t)
  let run = 0
  await fc.assert(
    fc.asyncProperty(fc.array(planned, { minLength: 1, maxLength: 12 }), async (plan) => {
      const begun = await deliver(store, `d${run++}`, plan)
      assert.deepEqual(new Set(begun), new Set(plan.keys()), 'every event had its attempts')
      for (const key of ['a', 'b']) {
        const ofKey = begun.filter((n) => plan[n]?.key === key)
        assert.deepEqual(
          ofKey,
          ofKey.toSorted((x, y) => x - y),
          `in order by ${key}`,
        )
      }
    }),
    { numRuns: 40 },
  )
})

it('what waits for another attempt holds up its own key only', async (t) => {
  const store = await openStore(t)
  const seen: string[] = []
  const others = Promise.withResolvers<void>()
  const target = destination('d', {
    concurrency: 1,
    breaker: null,
    schedule: { delays: [3_600_000], jitter: 0 },
    async attempt({ externalId }) {
      seen.push(externalId ?? '')
      if (seen.length === 4) others.resolve()
      return externalId === 'a1' ? outcomes.failed : outcomes.delivered
    },
  })
  for (const id of ['a1', 'a2', 'b1', 'b2', 'none']) {
    const key = id === 'none' ? null : id.slice(0, 1)
    await store.accept(newEvent({ destinations: ['d'], orderingKeys: [key], externalId: id, dedupKey: id }))
  }
  const dispatcher = createDispatcher({ store, destinations: [target], log: recordedLog() })
  dispatcher.start()
  await others.promise
  await dispatcher.stop()
  assert.deepEqual(seen.toSorted(), ['a1', 'b1', 'b2', 'none'])
})

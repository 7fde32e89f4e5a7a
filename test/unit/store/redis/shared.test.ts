import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Store } from '../../../../src/store/types.ts'
import { newEvent } from '../../../support/events.ts'
import { noRedis, startRedis } from '../../../support/redis.ts'
import { durable, openOn } from '../../../support/redis-store.ts'

const skip = noRedis

async function two(t: { after(hook: () => Promise<void>): void }): Promise<[Store, Store]> {
  const redis = await startRedis(t, ...durable())
  const stores: [Store, Store] = [await openOn(redis.url), await openOn(redis.url)]
  t.after(async () => void (await Promise.all(stores.map((store) => store.close()))))
  return stores
}

test('of two replicas that take the same event at the same time, one accepts it', { skip }, async (t) => {
  const [a, b] = await two(t)
  for (let i = 0; i < 200; i++) {
    const event = newEvent({ dedupKey: `k${i}`, destinations: ['d'] })
    const results = await Promise.all([a.accept(event), b.accept(event)])
    assert.deepEqual(results.map(({ status }) => status).sort(), ['accepted', 'duplicate'])
    assert.equal(results[0]?.id, results[1]?.id)
  }
  const claimed = await a.claim([{ destination: 'd', limit: 1000, leaseMs: 1000 }], Date.now() + 1000)
  assert.equal(claimed.leases.length, 200)
})

test('two replicas that claim at the same time share the work', { skip }, async (t) => {
  const [a, b] = await two(t)
  const ids = await Promise.all(
    Array.from({ length: 300 }, async () => (await a.accept(newEvent({ destinations: ['d'] }))).id),
  )
  const claimed: string[] = []
  const now = Date.now() + 1000
  await Promise.all(
    [a, b].map(async (store) => {
      for (;;) {
        const { leases } = await store.claim([{ destination: 'd', limit: 7, leaseMs: 60_000 }], now)
        if (leases.length === 0) return
        claimed.push(...leases.map(({ event }) => event.id))
      }
    }),
  )
  assert.deepEqual(claimed.toSorted(), ids.toSorted())
})

test('what one replica holds is the other one’s at once when it closes, and not before', { skip }, async (t) => {
  const [a, b] = await two(t)
  await a.accept(newEvent({ destinations: ['d'] }))
  const request = [{ destination: 'd', limit: 1, leaseMs: 60_000 }]
  assert.equal((await a.claim(request, Date.now() + 1000)).leases.length, 1)
  assert.equal((await b.claim(request, Date.now() + 1000)).leases.length, 0)
  await a.close()
  assert.equal((await b.claim(request, Date.now() + 1000)).leases[0]?.attempt, 2)
})

test('whoever follows the changes of two replicas misses none', { skip }, async (t) => {
  const stores = await two(t)
  const total = 400
  const accepting = Promise.all(
    Array.from({ length: total }, async (_, i) => (await stores[i % 2]?.accept(newEvent({ dedupKey: `k${i}` })))?.id),
  )
  const seen: string[] = []
  while (seen.length < total) {
    seen.push(...(await stores[0].changes(seen.at(-1) ?? 'evt_00000000000', 13)).map(({ id }) => id))
  }
  assert.deepEqual(seen, (await accepting).toSorted())
})

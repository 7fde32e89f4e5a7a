import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Store } from '../../src/store/types.ts'
import { newEvent } from '../support/events.ts'
import { checksFor, claimAll, type Harness, retention, settlementOf } from './support.ts'

/** What an engine owes that several processes have open at the same time. */
export function replicasContract(engine: string, createHarness: () => Harness): void {
  const check = checksFor(engine, createHarness)

  async function another(t: TestContext, harness: Harness): Promise<Store> {
    const store = await harness.open(retention)
    t.after(() => store.close())
    return store
  }

  check('stores an event once that reaches two replicas at the same instant', async (a, t, harness) => {
    const b = await another(t, harness)
    for (let round = 0; round < 20; round++) {
      const keys = Array.from({ length: 8 }, (_, i) => `${round} ${i}`)
      const results = await Promise.all(
        keys.flatMap((dedupKey) => [a, b, b, a].map((store) => store.accept(newEvent({ dedupKey })))),
      )
      for (const [i] of keys.entries()) {
        const ofKey = results.slice(i * 4, i * 4 + 4)
        assert.equal(ofKey.filter(({ status }) => status === 'accepted').length, 1)
        assert.equal(new Set(ofKey.map(({ id }) => id)).size, 1)
      }
    }
    const { events } = await a.list({ limit: 1000 })
    assert.equal(events.length, 160)
    assert.ok(events.every(({ duplicates }) => duplicates === 3))
  })

  check('gives changes in one order while several replicas store', async (a, t, harness) => {
    const [b, reader] = [await another(t, harness), await another(t, harness)]
    const seen: string[] = []
    let finished = false
    const storing = storeFrom([a, a, b, b], 60).then(() => {
      finished = true
    })
    for (let last = 'evt_00000000000'; ; last = seen.at(-1) ?? last) {
      const wasFinished = finished
      const changes = await reader.changes(last, 50)
      seen.push(...changes.map(({ id }) => id))
      if (wasFinished && changes.length === 0) break
    }
    await storing
    assert.equal(seen.length, 1200)
    assert.deepEqual(seen, seen.toSorted())
  })

  check('says from where on changes are still to come while several replicas store', async (a, t, harness) => {
    const [b, reader] = [await another(t, harness), await another(t, harness)]
    let finished = false
    const storing = storeFrom([a, a, b, b], 20).then(() => {
      finished = true
    })
    const looks: { start: string; listed: string[] }[] = []
    while (!finished) {
      const start = await reader.newest()
      looks.push({ start, listed: (await reader.list({ limit: 1000 })).events.map(({ id }) => id) })
    }
    await storing
    for (const { start, listed } of looks) {
      const changed = (await reader.changes(start, 1000)).map(({ id }) => id)
      assert.equal(new Set([...listed, ...changed]).size, 400)
    }
  })

  check('shares deliveries among replicas, none twice', async (a, t, harness) => {
    const b = await another(t, harness)
    await Promise.all(Array.from({ length: 300 }, () => a.accept(newEvent({ destinations: ['d'] }))))
    const now = Date.now() + 1000
    const claimed: string[] = []
    const work = async (store: Store) => {
      for (;;) {
        const leases = await claimAll(store, 'd', now, 7)
        if (leases.length === 0) return
        claimed.push(...leases.map(({ event }) => event.id))
        const settled = await store.settle(
          leases.map((lease) => settlementOf(lease, 'done')),
          now,
        )
        assert.ok(settled.every(Boolean))
      }
    }
    await Promise.all([a, a, b, b].map(work))
    await work(a)
    assert.equal(claimed.length, 300)
    assert.equal(new Set(claimed).size, 300)
  })

  check('takes over a lease that has ended, and fences the first one off', async (a, t, harness) => {
    const b = await another(t, harness)
    await a.accept(newEvent({ destinations: ['d'] }))
    const now = Date.now() + 1000
    const [first] = await claimAll(a, 'd', now)
    assert.deepEqual(await claimAll(b, 'd', now + 29_999), [])
    const [second] = await claimAll(b, 'd', now + 30_000)
    assert.ok(first && second)
    assert.deepEqual([second.attempt, second.crashes], [2, 1])
    assert.deepEqual(await a.settle([settlementOf(first, 'done')], now), [false])
    assert.deepEqual(await b.settle([settlementOf(second, 'done')], now), [true])
  })

  check('keeps the order by key, whoever stores and whoever delivers', async (a, t, harness) => {
    const b = await another(t, harness)
    const keys = ['x', 'y', 'z']
    const event = (key: string) => newEvent({ destinations: ['d'], orderingKeys: [key], externalId: key })
    let stored = 0
    const store = async (into: Store) => {
      for (let i = 0; i < 40; i++) {
        await Promise.all(keys.map((key) => into.accept(event(key))))
        stored += keys.length
      }
    }
    const order = new Map<string, string[]>(keys.map((key) => [key, []]))
    const underWay = new Set<string>()
    let done = 0
    const work = async (from: Store) => {
      while (done < 240) {
        const now = Date.now() + 1000
        const leases = await claimAll(from, 'd', now)
        for (const { event } of leases) {
          const key = event.externalId ?? ''
          assert.ok(!underWay.has(key), 'two of one key at once')
          underWay.add(key)
          order.get(key)?.push(event.id)
        }
        for (const { event } of leases) underWay.delete(event.externalId ?? '')
        await from.settle(
          leases.map((lease) => settlementOf(lease, 'done')),
          now,
        )
        done += leases.length
      }
    }
    await Promise.all([store(a), store(b), work(a), work(b)])
    assert.equal(stored, 240)
    for (const ids of order.values()) {
      assert.equal(ids.length, 80)
      assert.deepEqual(ids, ids.toSorted())
    }
  })

  check('has at once what a replica held that closes, and not before', async (a, t, harness) => {
    const b = await another(t, harness)
    await a.accept(newEvent({ destinations: ['d'] }))
    const now = Date.now() + 1000
    assert.equal((await claimAll(a, 'd', now)).length, 1)
    assert.deepEqual(await claimAll(b, 'd', now), [])
    await a.close()
    assert.equal((await claimAll(b, 'd', now))[0]?.attempt, 2)
  })
}

/** Events of many sizes, five at a time from each store, so many times. */
async function storeFrom(stores: readonly Store[], times: number): Promise<void> {
  const storeAll = async (store: Store) => {
    for (let i = 0; i < times; i++) {
      await Promise.all(Array.from({ length: 5 }, () => store.accept(newEvent({ body: Buffer.alloc(i * 100) }))))
    }
  }
  await Promise.all(stores.map(storeAll))
}

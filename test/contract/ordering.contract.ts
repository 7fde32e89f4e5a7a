import assert from 'node:assert/strict'
import type { NewEvent, Store } from '../../src/store/types.ts'
import { newEvent } from '../support/events.ts'
import { type Check, claimAll, retention, settleAll } from './support.ts'

/** First in, first out by key. */
export function orderingContract(check: Check): void {
  const keyed = (key: string | null, more: Partial<NewEvent> = {}) =>
    newEvent({ destinations: ['d'], orderingKeys: [key], externalId: key, ...more })

  async function accept(store: Store, ...keys: (string | null)[]): Promise<string[]> {
    const ids: string[] = []
    for (const key of keys) ids.push((await store.accept(keyed(key))).id)
    return ids
  }

  const idsOf = (leases: Awaited<ReturnType<typeof claimAll>>) => leases.map(({ event }) => event.id)

  check('claims only the oldest unfinished delivery of each key', async (store) => {
    const [a1, a2, b1, none1, none2] = await accept(store, 'a', 'a', 'b', null, null)
    const now = Date.now() + 1000
    assert.deepEqual(idsOf(await claimAll(store, 'd', now)), [a1, b1, none1, none2])
    assert.deepEqual(await claimAll(store, 'd', now), [], 'a lease blocks its key')
    assert.deepEqual(idsOf(await settleAll(store, 'd', now + 30_000, 'done')), [a1, b1, none1, none2])
    const [second] = await claimAll(store, 'd', now + 30_000)
    assert.equal(second?.event.id, a2)
    assert.equal((await store.get(a2 ?? ''))?.deliveries[0]?.orderingKey, 'a')
  })

  check('waits for a retry, goes on after a dead one', async (store) => {
    const [first, second] = await accept(store, 'a', 'a')
    const now = Date.now() + 1000
    await settleAll(store, 'd', now, 'retry', { dueAt: now + 1000 })
    const early = await store.claim([{ destination: 'd', limit: 9, leaseMs: 1000 }], now + 999)
    assert.deepEqual([early.leases.length, early.nextDueAt], [0, now + 1000])
    assert.deepEqual(idsOf(await settleAll(store, 'd', now + 1000, 'dead')), [first])
    assert.deepEqual(idsOf(await claimAll(store, 'd', now + 1000)), [second])
  })

  check('keeps keys of different destinations apart', async (store) => {
    const event = keyed(null, { destinations: ['d', 'e', 'f'], orderingKeys: ['a', 'a', null] })
    await store.accept(event)
    await store.accept(event)
    const now = Date.now() + 1000
    const counts = await Promise.all(['d', 'e', 'f'].map(async (name) => (await claimAll(store, name, now)).length))
    assert.deepEqual(counts, [1, 1, 2])
  })

  check('a replayed delivery comes before younger ones of its key, but after one that is under way', async (store) => {
    const [first, second, third] = await accept(store, 'a', 'a', 'a')
    const now = Date.now() + 1000
    await settleAll(store, 'd', now, 'dead')
    const under = await claimAll(store, 'd', now)
    assert.deepEqual(idsOf(under), [second])
    await store.replay(first ?? '', now)
    assert.deepEqual(await claimAll(store, 'd', now), [])
    // The lease has ended: the one under way goes on before the order is looked at again.
    await settleAll(store, 'd', now + 30_000, 'retry', { dueAt: now + 40_000 })
    assert.deepEqual(idsOf(await settleAll(store, 'd', now + 40_000, 'done')), [first])
    assert.deepEqual(idsOf(await settleAll(store, 'd', now + 40_000, 'done')), [second])
    assert.deepEqual(idsOf(await settleAll(store, 'd', now + 40_000, 'done')), [third])
  })

  check('keeps the order of what is replayed after a restart', async (store, t, harness) => {
    const [first = '', second = ''] = await accept(store, 'a', 'a')
    const now = Date.now() + 1000
    await settleAll(store, 'd', now, 'done')
    await settleAll(store, 'd', now, 'done')
    await store.close()
    const reopened = await harness.open(retention)
    t.after(() => reopened.close())
    await reopened.replay(second, now)
    await reopened.replay(first, now)
    assert.deepEqual(idsOf(await settleAll(reopened, 'd', now, 'done')), [first])
    assert.deepEqual(idsOf(await settleAll(reopened, 'd', now, 'done')), [second])
  })

  check('discarding the first lets the next go on', async (store) => {
    const [, second] = await accept(store, 'a', 'a')
    const now = Date.now() + 1000
    await settleAll(store, 'd', now, 'retry', { dueAt: now + 1000 })
    const retrying = { destination: 'd', state: 'retrying', limit: 10 } as const
    assert.equal((await store.discardBatch(retrying, now)).count, 1)
    assert.deepEqual(idsOf(await claimAll(store, 'd', now)), [second])
  })

  check('goes through many of one key in order, across failures and crashes', async (store) => {
    const ids = await accept(store, ...Array.from({ length: 30 }, (_, i) => `k${i % 3}`))
    const seen = new Map<string, string[]>()
    let now = Date.now() + 1000
    for (let turn = 0; turn < 200; turn++) {
      now += 30_000
      const outcome = (['done', 'retry', 'done', 'released', 'dead'] as const)[turn % 5] ?? 'done'
      // Every seventh round ends without a word.
      const leases =
        turn % 7 === 6 ? await claimAll(store, 'd', now) : await settleAll(store, 'd', now, outcome, { dueAt: now })
      assert.equal(new Set(leases.map(({ event }) => event.externalId)).size, leases.length)
      if (turn % 7 === 6 || outcome === 'retry' || outcome === 'released') continue
      for (const { event } of leases) {
        const key = event.externalId ?? ''
        seen.set(key, [...(seen.get(key) ?? []), event.id])
      }
    }
    for (const order of seen.values()) assert.deepEqual(order, order.toSorted())
    assert.deepEqual([...seen.values()].flat().sort(), ids)
  })

  check('an order counts as backlog, and keeps payloads from pruning', async (store) => {
    const receivedAt = Date.now() - 20 * 86_400_000
    await store.accept(keyed('a'))
    const { id } = await store.accept(keyed('a', { receivedAt }))
    await store.prune({ now: Date.now(), eventRetentionMs: 1000, dedupRetentionMs: 1000 })
    assert.ok((await store.get(id))?.body)
    assert.equal((await store.get(id))?.deliveries[0]?.state, 'pending')
    const [status] = await store.destinations()
    assert.deepEqual([status?.pending, status?.leased], [2, 0])
    assert.equal((await store.deliveries({ state: 'pending', limit: 10 })).deliveries.length, 2)
  })
}

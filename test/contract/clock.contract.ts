import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Store } from '../../src/store/types.ts'
import { newEvent } from '../support/events.ts'
import { checksFor, claimAll, day, type Harness, retention, settlementOf } from './support.ts'

const hour = 3_600_000
/** How exactly another clock is known. */
const exactly = 2000

/** A replica on a machine whose clock is ahead; what it gives and takes are times of that clock. */
interface Replica {
  readonly store: Store
  readonly ahead: number
}

/** What an engine owes whose replicas are on several machines: their clocks may say what they like. */
export function clockContract(engine: string, createHarness: () => Harness): void {
  const check = checksFor(engine, createHarness)

  /** Some with wrong clocks, and the one that is open, whose clock is the server's. */
  async function replicasOf(store: Store, t: TestContext, harness: Harness): Promise<Replica[]> {
    const wrong = [5 * hour, -5 * hour, 400 * day].map(async (ahead) => {
      const other = await harness.open({ ...retention, clock: () => Date.now() + ahead })
      t.after(() => other.close())
      return { store: other, ahead }
    })
    return [{ store, ahead: 0 }, ...(await Promise.all(wrong))]
  }

  check('hands nothing on twice while a lease holds, whatever clocks say', async (store, t, harness) => {
    const replicas = await replicasOf(store, t, harness)
    for (const [i, { store: holder, ahead }] of replicas.entries()) {
      const { id } = await holder.accept(newEvent({ receivedAt: Date.now() + ahead, destinations: ['d'] }))
      const now = Date.now() + exactly
      const [lease] = await claimAll(holder, 'd', now + ahead)
      assert.equal(lease?.event.id, id)
      assert.ok(Math.abs(lease.leaseUntil - (now + ahead + 30_000)) < exactly, 'it ends by the clock of its holder')
      for (const other of replicas) {
        const request = [{ destination: 'd', limit: 9, leaseMs: 1 }]
        const { leases, nextDueAt } = await other.store.claim(request, now + other.ahead)
        assert.deepEqual(leases, [])
        assert.ok(Math.abs((nextDueAt ?? 0) - (now + other.ahead + 30_000)) < exactly)
      }
      const taker = replicas[(i + 1) % replicas.length]
      assert.ok(taker)
      const later = now + 30_000 + exactly
      const [second] = await claimAll(taker.store, 'd', later + taker.ahead)
      assert.ok(second)
      assert.deepEqual([second.event.id, second.crashes], [id, 1])
      assert.deepEqual(await holder.settle([settlementOf(lease, 'done')], later + ahead), [false])
      assert.deepEqual(await taker.store.settle([settlementOf(second, 'done')], later + taker.ahead), [true])
    }
  })

  check('leaves nothing lying, whatever clocks say', async (store, t, harness) => {
    for (const { store: other, ahead } of await replicasOf(store, t, harness)) {
      await other.accept(newEvent({ receivedAt: Date.now() + ahead, destinations: ['d'] }))
      const now = Date.now() + exactly
      const [first] = await claimAll(store, 'd', now)
      assert.ok(first, 'what is new is due at once')
      await store.settle([settlementOf(first, 'released')], now - exactly)
      const [lease] = await claimAll(other, 'd', now + ahead)
      assert.ok(lease, 'what was given back is too')
      const record = { startedAt: now + ahead, durationMs: 1, responseHeaders: [], responseBody: null }
      const retry = settlementOf(lease, 'retry', { dueAt: now + ahead + 60_000, record })
      await other.settle([retry], now + ahead)
      assert.deepEqual(await claimAll(store, 'd', now + 60_000 - exactly), [])
      const later = now + 60_000 + exactly
      const [again] = await claimAll(store, 'd', later)
      assert.ok(again, 'a retry is due when it is')
      const [attempt] = await store.attempts(again.event.id)
      assert.ok(Math.abs((attempt?.startedAt ?? 0) - now) < exactly)
      await store.settle([settlementOf(again, 'dead')], later)
      assert.ok(await other.replay(again.event.id, later + ahead))
      const [replayed] = await claimAll(store, 'd', later + exactly)
      assert.ok(replayed, 'what is started anew is due at once')
      await store.settle([settlementOf(replayed, 'dead')], later)
      assert.equal((await other.replayBatch({ state: 'dead', limit: 1 }, later + ahead)).count, 1)
      const [bulk] = await claimAll(store, 'd', later + exactly)
      assert.ok(bulk, 'in bulk too')
      await store.settle([settlementOf(bulk, 'done')], later)
    }
  })

  check('gives back what a replica held that closes, whatever its clock says', async (store, t, harness) => {
    for (const { store: other, ahead } of (await replicasOf(store, t, harness)).slice(1)) {
      await other.accept(newEvent({ receivedAt: Date.now() + ahead, destinations: ['d'] }))
      assert.equal((await claimAll(other, 'd', Date.now() + ahead + exactly)).length, 1)
      await other.close()
      const now = Date.now() + exactly
      const [lease] = await claimAll(store, 'd', now)
      assert.ok(lease)
      await store.settle([settlementOf(lease, 'done')], now)
    }
  })

  check('says for how long something has been due, whatever clocks say', async (store, t, harness) => {
    const replicas = await replicasOf(store, t, harness)
    const ageFor = async ({ store: other, ahead }: Replica) => {
      const [d] = await other.destinations()
      return Date.now() + ahead + other.clockAhead() - (d?.oldestDueAt ?? 0)
    }
    await store.accept(newEvent({ receivedAt: Date.now(), destinations: ['d'] }))
    for (const replica of replicas) assert.ok(Math.abs(await ageFor(replica)) < exactly)
    for (const { store: other, ahead } of replicas) {
      const now = Date.now() + exactly
      const [lease] = await claimAll(store, 'd', now + 60_000)
      assert.ok(lease)
      await store.settle([settlementOf(lease, 'released')], now)
      const [taken] = await claimAll(other, 'd', now + ahead + exactly)
      assert.ok(taken)
      await other.settle([settlementOf(taken, 'retry', { dueAt: Date.now() + ahead + 60_000 })], now + ahead)
      for (const replica of replicas) assert.ok(Math.abs((await ageFor(replica)) + 60_000) < exactly)
    }
  })

  check('keeps and forgets by one clock, whoever took an event and whoever prunes', async (store, t, harness) => {
    const replicas = await replicasOf(store, t, harness)
    const from = Date.now() - exactly
    const options = { eventRetentionMs: 14 * day, ...retention }
    for (const taker of replicas) {
      const dedupKey = `taken ${taker.ahead}`
      const { id } = await taker.store.accept(newEvent({ dedupKey, receivedAt: Date.now() + taker.ahead }))
      for (const other of replicas) {
        const now = Date.now() + other.ahead
        const again = await other.store.accept(newEvent({ dedupKey, receivedAt: now }))
        assert.deepEqual([again.status, again.id], ['duplicate', id])
        assert.deepEqual(await other.store.prune({ ...options, now }), { payloads: 0, events: 0 })
      }
      const listed = await store.list({ from, to: Date.now() + exactly, limit: 1 })
      assert.equal(listed.events[0]?.id, id, 'its id says when it was stored')
    }
    const last = replicas.at(-1)
    const pruned = await last?.store.prune({ ...options, now: Date.now() + last.ahead + 15 * day })
    assert.equal(pruned?.payloads, replicas.length)
  })
}

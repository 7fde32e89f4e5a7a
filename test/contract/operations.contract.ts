import assert from 'node:assert/strict'
import { isDeliveryCursor } from '../../src/store/delivery-cursor.ts'
import type { DeliveryFilter, NewEvent, Settlement, Store } from '../../src/store/types.ts'
import { newEvent } from '../support/events.ts'
import { type Check, claimAll, retention, settleAll, sumOf } from './support.ts'

/** What operators do: look at deliveries, replay, discard, move, pause. */
export function operationsContract(check: Check): void {
  async function acceptMany(store: Store, count: number, more: Partial<NewEvent> = {}): Promise<string[]> {
    const ids: string[] = []
    for (let i = 0; i < count; i++) ids.push((await store.accept(newEvent({ destinations: ['d'], ...more }))).id)
    return ids
  }

  async function listAll(store: Store, filter: DeliveryFilter, limit = 3): Promise<string[]> {
    const found: string[] = []
    let after: string | null = null
    do {
      const page = await store.deliveries({ ...filter, limit, ...(after === null ? {} : { after }) })
      assert.ok(page.deliveries.length <= limit)
      found.push(...page.deliveries.map(({ eventId, destination }) => `${eventId} ${destination}`))
      after = page.next
      assert.ok(after === null || isDeliveryCursor(after, store.engine))
    } while (after !== null)
    return found
  }

  check('lists deliveries by state, destination, source, type and time, page by page', async (store) => {
    const now = Date.now() + 1000
    const dead = await acceptMany(store, 7, { destinations: ['d', 'e'] })
    await settleAll(store, 'd', now, 'dead')
    await settleAll(store, 'e', now, 'done')
    const retrying = await acceptMany(store, 4, { source: 'other' })
    await settleAll(store, 'd', now, 'retry', { dueAt: now + 1000 })
    const pending = await acceptMany(store, 2, { type: 'rare' })
    await claimAll(store, 'd', now, 1)

    const to = (destination: string, ids: readonly string[]) => ids.map((id) => `${id} ${destination}`).reverse()
    assert.deepEqual(await listAll(store, { state: 'dead' }), to('d', dead))
    assert.deepEqual(await listAll(store, { state: 'dead', destination: 'e' }), [])
    assert.deepEqual(await listAll(store, { state: 'done' }), to('e', dead))
    assert.deepEqual(await listAll(store, { state: 'done', destination: 'e', source: 'other' }), [])
    assert.deepEqual(await listAll(store, { state: 'retrying' }), to('d', retrying))
    assert.deepEqual(await listAll(store, { state: 'leased' }), to('d', pending.slice(0, 1)))
    assert.deepEqual(await listAll(store, { state: 'pending' }), to('d', [...retrying, ...pending.slice(1)]))
    assert.deepEqual(await listAll(store, { destination: 'd', source: 'other' }), to('d', retrying))
    assert.deepEqual(await listAll(store, { type: 'rare' }), to('d', pending))
    assert.equal((await listAll(store, {})).length, 20)
    assert.equal((await listAll(store, { destination: 'unknown' })).length, 0)
    assert.equal((await listAll(store, { from: now + 60_000 })).length, 0)
    assert.equal((await listAll(store, { to: now - 3_600_000 })).length, 0)
    assert.equal((await listAll(store, { from: now - 3_600_000, to: now + 60_000, state: 'dead' })).length, 7)
    assert.deepEqual(await store.deliveries({ limit: 5, after: 'nonsense' }), { deliveries: [], next: null })

    const [row] = (await store.deliveries({ state: 'dead', limit: 1 })).deliveries
    assert.deepEqual(
      [row?.source, row?.type, row?.attempt, row?.lastStatus, row?.lastError],
      ['default', 'user.created', 1, 500, 'no'],
    )
    for (const filter of [{ state: 'dead' }, { state: 'pending' }, {}, { source: 'other' }] as const) {
      assert.equal(await sumOf((after) => store.countDeliveries(filter, after)), (await listAll(store, filter)).length)
    }
  })

  check(
    'looks at a bounded number of deliveries at a time, and misses none',
    async (store) => {
      await acceptMany(store, 25)
      await acceptMany(store, 1, { source: 'rare' })
      await acceptMany(store, 25)
      const first = await store.deliveries({ source: 'rare', limit: 10 })
      assert.deepEqual(first.deliveries, [])
      assert.ok(first.next !== null)
      assert.equal((await listAll(store, { source: 'rare' })).length, 1)
      assert.equal(await sumOf((after) => store.countDeliveries({}, after)), 51)
    },
    { scanRows: 10 },
  )

  check('replays by filter in steps, after what is live', async (store) => {
    const now = Date.now() + 1000
    const dead = await acceptMany(store, 10)
    await settleAll(store, 'd', now, 'dead')
    const [done] = await acceptMany(store, 1)
    await settleAll(store, 'd', now, 'done')
    const filter = { state: 'dead', destination: 'd' } as const
    const first = await store.replayBatch({ ...filter, limit: 4 }, now)
    assert.equal(first.count, 4)
    assert.ok(first.next !== null)
    const [live] = await acceptMany(store, 1)
    assert.equal(await sumOf((after) => store.replayBatch({ ...filter, limit: 4, ...(after && { after }) }, now)), 6)
    assert.equal(await sumOf((after) => store.countDeliveries(filter, after)), 0)
    const claimed = await claimAll(store, 'd', now + 1000)
    assert.deepEqual(
      claimed.map(({ event }) => event.id),
      [live, ...dead],
      'live first, then oldest first',
    )
    assert.ok(!claimed.some(({ event }) => event.id === done))
    assert.ok(claimed.every(({ attemptInSeries }) => attemptInSeries === 1))
  })

  check('replays nothing that is under way or waits for its first attempt', async (store) => {
    const now = Date.now() + 1000
    await acceptMany(store, 2)
    await claimAll(store, 'd', now, 1)
    assert.equal(await sumOf((after) => store.replayBatch({ limit: 10, ...(after && { after }) }, now)), 0)
    await settleAll(store, 'd', now, 'retry', { dueAt: now + 100_000 })
    assert.equal((await store.replayBatch({ state: 'retrying', limit: 10 }, now)).count, 1, 'it need not wait')
    assert.equal((await claimAll(store, 'd', now)).length, 1)
  })

  check('calls retrying what waits after a failed attempt, and nothing that was started anew', async (store) => {
    const now = Date.now() + 1000
    const dedupKey = 'the event'
    const { id } = await store.accept(newEvent({ dedupKey, destinations: ['d'] }))
    const isRetrying = async () => {
      const [one, listed, found, { length: byState }, { length: byStatus }, [d]] = [
        await store.get(id),
        (await store.list({ limit: 1 })).events,
        (await store.deliveries({ limit: 1 })).deliveries,
        (await store.deliveries({ state: 'retrying', limit: 1 })).deliveries,
        (await store.list({ status: 'retrying', limit: 1 })).events,
        await store.destinations(),
      ]
      const said = [one?.deliveries[0]?.retrying, listed[0]?.deliveries[0]?.retrying, found[0]?.retrying]
      const counted = [byState, byStatus, d?.retrying].map((count) => count === 1)
      assert.equal(new Set([...said, ...counted]).size, 1, [...said, ...counted].join())
      return said[0]
    }
    const settle = (outcome: Settlement['outcome']) => settleAll(store, 'd', now, outcome, { dueAt: now })
    assert.equal(await isRetrying(), false)
    await settle('released')
    assert.equal(await isRetrying(), false, 'an attempt that does not count')
    for (const startAnew of [
      () => store.replay(id, now),
      () => store.replayBatch({ state: 'retrying', limit: 1 }, now),
      async () => {
        await settle('dead')
        await store.accept(newEvent({ dedupKey, destinations: ['d'] }))
      },
    ]) {
      await settle('retry')
      assert.equal(await isRetrying(), true)
      await startAnew()
      assert.equal(await isRetrying(), false)
      const [waiting] = (await store.deliveries({ state: 'pending', limit: 1 })).deliveries
      assert.ok(waiting && waiting.attempt > 1, 'its number counts on')
    }
    await settle('retry')
    await claimAll(store, 'd', now)
    assert.equal(await isRetrying(), false, 'it does not wait')
  })

  check('replays to another destination, and moves', async (store) => {
    const now = Date.now() + 1000
    const ids = await acceptMany(store, 3, { destinations: ['old'] })
    await settleAll(store, 'old', now, 'dead')
    assert.equal((await store.replayBatch({ state: 'dead', limit: 2 }, now, { destination: 'new' })).count, 2)
    assert.equal((await claimAll(store, 'new', now)).length, 2)
    assert.deepEqual(
      (await store.get(ids[0] ?? ''))?.deliveries.map(({ destination, state }) => [destination, state]),
      [
        ['new', 'leased'],
        ['old', 'dead'],
      ],
    )
    const moved = await store.replayBatch({ destination: 'old', limit: 10 }, now, { destination: 'new', move: true })
    assert.equal(moved.count, 1)
    assert.equal(await sumOf((after) => store.countDeliveries({ state: 'dead' }, after)), 0)
    assert.equal(await sumOf((after) => store.countDeliveries({ state: 'discarded' }, after)), 3)
    assert.equal((await claimAll(store, 'new', now)).length, 1)
  })

  check('delivers events to a destination that they never went to', async (store) => {
    const now = Date.now() + 1000
    await acceptMany(store, 5, { destinations: [] })
    await acceptMany(store, 2, { destinations: [], source: 'other' })
    const query = { source: 'default', limit: 2 }
    const count = await sumOf((after) =>
      store.replayBatch({ ...query, ...(after && { after }) }, now, { destination: 'new' }),
    )
    assert.equal(count, 5)
    assert.equal((await claimAll(store, 'new', now)).length, 5)
  })

  check('replays one event to one destination', async (store) => {
    const now = Date.now() + 1000
    const [id = ''] = await acceptMany(store, 1, { destinations: ['d', 'e'] })
    await settleAll(store, 'd', now, 'done')
    await settleAll(store, 'e', now, 'done')
    assert.equal(await store.replay(id, now, 'e'), true)
    assert.deepEqual([(await claimAll(store, 'd', now)).length, (await claimAll(store, 'e', now)).length], [0, 1])
    assert.equal(await store.replay(id, now, 'new'), true)
    assert.equal((await claimAll(store, 'new', now))[0]?.event.id, id)
    assert.equal(await store.replay('evt_00000000000', now, 'e'), false)
  })

  check('discards what waits and what is dead, until it is asked for', async (store) => {
    const now = Date.now() + 1000
    const [dead = ''] = await acceptMany(store, 1, { dedupKey: 'k' })
    await settleAll(store, 'd', now, 'dead')
    await acceptMany(store, 2)
    await claimAll(store, 'd', now, 1)
    assert.equal(
      await sumOf((after) => store.discardBatch({ destination: 'd', limit: 2, ...(after && { after }) }, now)),
      2,
    )
    assert.deepEqual(await claimAll(store, 'd', now), [])
    assert.equal((await store.get(dead))?.deliveries[0]?.state, 'discarded')
    const again = await store.accept(newEvent({ dedupKey: 'k', destinations: ['d'] }))
    assert.ok(again.status === 'duplicate' && again.rearmed === 0)
    assert.equal(await store.replay(dead, now), true)
    assert.deepEqual(await claimAll(store, 'd', now), [], 'a discarded delivery is not part of its event')
    assert.equal(await store.replay(dead, now, 'd'), true)
    assert.equal((await claimAll(store, 'd', now)).length, 1)
  })

  check('knows what waits for each destination, configured or not', async (store) => {
    const now = Date.now() + 1000
    assert.deepEqual(await store.destinations(), [])
    const before = Date.now()
    await acceptMany(store, 4, { destinations: ['a', 'b'] })
    await settleAll(store, 'b', now, 'dead')
    await claimAll(store, 'a', now, 1)
    const [a, b] = await store.destinations()
    assert.deepEqual([a?.name, a?.pending, a?.retrying, a?.leased, a?.dead], ['a', 3, 0, 1, 0])
    assert.deepEqual([b?.name, b?.pending, b?.retrying, b?.leased, b?.dead], ['b', 0, 0, 0, 4])
    assert.ok(a?.oldestDueAt && a.oldestDueAt >= before && a.oldestDueAt < now)
    assert.equal(b?.oldestDueAt, null)
    await settleAll(store, 'a', now, 'retry', { dueAt: now + 5000 })
    const [later] = await store.destinations()
    assert.deepEqual([later?.retrying, later?.oldestDueAt], [3, now + 5000])
  })

  check('remembers what an operator and an answer said of a destination', async (store, t, harness) => {
    const now = Date.now() + 1000
    await acceptMany(store, 1)
    await store.setDestination('d', { paused: true }, now)
    await store.setDestination('other', { disabled: 'answered 410' }, now)
    assert.deepEqual(await store.claim([{ destination: 'd', limit: 1, leaseMs: 1000 }], now), {
      leases: [],
      nextDueAt: null,
    })
    await store.close()
    const reopened = await harness.open(retention)
    t.after(() => reopened.close())
    const [d, other] = await reopened.destinations()
    assert.deepEqual([d?.pausedAt, d?.disabledAt, d?.pending], [now, null, 1])
    assert.deepEqual([other?.disabledAt, other?.disabledReason], [now, 'answered 410'])
    assert.equal((await claimAll(reopened, 'd', now)).length, 0)
    await reopened.setDestination('d', { paused: false }, now)
    assert.equal((await claimAll(reopened, 'd', now)).length, 1)
    await reopened.setDestination('other', { disabled: null }, now)
    const [, enabled] = await reopened.destinations()
    assert.deepEqual([enabled?.disabledAt, enabled?.disabledReason], [null, null])
  })

  check('knows since when a destination is stopped, however often it is told', async (store) => {
    const now = Date.now()
    await store.setDestination('d', { paused: true, disabled: 'answered 410' }, now)
    await store.setDestination('d', { paused: true, disabled: 'answered 410 again' }, now + 5000)
    const [d] = await store.destinations()
    assert.deepEqual([d?.pausedAt, d?.disabledAt, d?.disabledReason], [now, now, 'answered 410 again'])
    await store.setDestination('d', { paused: false, disabled: null }, now + 6000)
    await store.setDestination('d', { paused: true, disabled: 'gone' }, now + 7000)
    const [later] = await store.destinations()
    assert.deepEqual([later?.pausedAt, later?.disabledAt], [now + 7000, now + 7000])
  })
}

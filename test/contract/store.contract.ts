import assert from 'node:assert/strict'
import { newEvent } from '../support/events.ts'
import { attemptContract } from './attempts.contract.ts'
import { listingContract } from './listing.contract.ts'
import { notesContract } from './notes.contract.ts'
import { operationsContract } from './operations.contract.ts'
import { orderingContract } from './ordering.contract.ts'
import { checksFor, claimAll, day, type Harness, retention } from './support.ts'

/** How long an event may wait: a busy machine is no fault of the store's. Milliseconds. */
export const patientMs = 20_000

/** The behaviour that every storage engine owes; an engine's own test file calls it with a harness. */
export function storeContract(engine: string, createHarness: () => Harness): void {
  const check = checksFor(engine, createHarness)
  attemptContract(check)
  orderingContract(check)
  operationsContract(check)
  listingContract(check)
  notesContract(check)

  check('keeps bytes, headers and facts exactly', async (store) => {
    const body = Buffer.from([0, 255, 254, 13, 10, 0x80, 0])
    const event = newEvent({
      source: 'github',
      type: 'pull_request',
      externalId: 'é-1',
      receivedAt: 1_750_000_000_123,
      headers: ['X-A', 'b', 'x-a', 'c', 'Odd', 'caf\u00e9 "\\'],
      body,
    })
    const accepted = await store.accept(event)
    assert.equal(accepted.status, 'accepted')
    const stored = await store.get(accepted.id)
    assert.ok(stored)
    assert.deepEqual(Buffer.from(stored.body ?? []), body)
    assert.deepEqual(stored.headers, event.headers)
    const { source, type, externalId, receivedAt, bodySize, duplicates, conflict, repeated } = stored
    assert.deepEqual(
      { source, type, externalId, receivedAt, bodySize, duplicates, conflict, repeated },
      {
        source: 'github',
        type: 'pull_request',
        externalId: 'é-1',
        receivedAt: 1_750_000_000_123,
        bodySize: 7,
        duplicates: 0,
        conflict: false,
        repeated: false,
      },
    )
  })

  check('keeps which secret verified an event, in whatever batch it came', async (store) => {
    const secrets = ['current', 'previous', null] as const
    const kept = await Promise.all(secrets.map((secret) => store.accept(newEvent({ secret }))))
    const without = await store.accept(newEvent())
    const ids = [...kept.map(({ id }) => id), without.id]
    const stored = await Promise.all(ids.map((id) => store.get(id)))
    assert.deepEqual(
      stored.map((event) => event?.secret),
      [...secrets, null],
    )
    const { events } = await store.list({ limit: 10 })
    const listed = new Map(events.map(({ id, secret }) => [id, secret]))
    assert.deepEqual(
      ids.map((id) => listed.get(id)),
      [...secrets, null],
    )
    const changed = await store.changes(kept[0]?.id ?? '', 10)
    assert.ok(changed.every(({ id, secret }) => secret === listed.get(id)))
  })

  check('takes bodies in shared memory, among others', async (store) => {
    const shared = Buffer.from(new SharedArrayBuffer(300_000)).fill('s')
    const bodies = [Buffer.from('before'), shared, Buffer.from('after'), Buffer.alloc(0)]
    const accepted = await Promise.all(bodies.map((body) => store.accept(newEvent({ body }))))
    for (const [i, { id }] of accepted.entries()) {
      assert.deepEqual(Buffer.from((await store.get(id))?.body ?? []), Buffer.from(bodies[i] ?? []))
    }
  })

  check('takes an empty body', async (store) => {
    const accepted = await store.accept(newEvent({ body: Buffer.alloc(0) }))
    assert.equal((await store.get(accepted.id))?.body?.byteLength, 0)
  })

  check('accepts exactly one of many concurrent events with one key, and names it to the others', async (store) => {
    const results = await Promise.all(
      Array.from({ length: 50 }, () => store.accept(newEvent({ dedupKey: 'github\na' }))),
    )
    const accepted = results.filter(({ status }) => status === 'accepted')
    assert.equal(accepted.length, 1)
    assert.deepEqual(new Set(results.map(({ id }) => id)), new Set([accepted[0]?.id]))
    assert.equal((await store.get(accepted[0]?.id ?? ''))?.duplicates, 49)
  })

  check('never calls events without a key duplicates', async (store) => {
    const ids = await Promise.all(Array.from({ length: 10 }, async () => (await store.accept(newEvent())).id))
    assert.equal(new Set(ids).size, 10)
  })

  check('keeps keys apart', async (store) => {
    for (const dedupKey of ['a\n1', 'b\n1', 'a\n11', 'a\n', 'a\n\u00001', 'a\n'.padEnd(5000, 'x')]) {
      assert.equal((await store.accept(newEvent({ dedupKey }))).status, 'accepted', JSON.stringify(dedupKey))
    }
  })

  check('flags the same key with other bytes and refuses it', async (store) => {
    const first = await store.accept(newEvent({ dedupKey: 'k', body: Buffer.from('one') }))
    assert.deepEqual(await store.accept(newEvent({ dedupKey: 'k', body: Buffer.from('one') })), {
      status: 'duplicate',
      id: first.id,
      conflict: false,
      rearmed: 0,
    })
    for (const body of ['two', 'longer']) {
      const again = await store.accept(newEvent({ dedupKey: 'k', body: Buffer.from(body) }))
      assert.ok(again.status === 'duplicate' && again.conflict)
    }
    assert.equal((await store.get(first.id))?.conflict, true)
  })

  check('flags the same signed bytes under a new id and stores them', async (store) => {
    const replay = { key: 'signature', verdict: 'flag' } as const
    const first = await store.accept(newEvent({ dedupKey: 'a', replay }))
    const second = await store.accept(newEvent({ dedupKey: 'b', replay }))
    assert.ok(first.status === 'accepted' && !first.repeated)
    assert.ok(second.status === 'accepted' && second.repeated)
    assert.equal((await store.get(second.id))?.repeated, true)
  })

  check('calls an exact replay of a timed signature a duplicate', async (store) => {
    const replay = { key: 'signature', verdict: 'duplicate' } as const
    const first = await store.accept(newEvent({ replay }))
    const second = await store.accept(newEvent({ replay }))
    assert.deepEqual([first.status, second.status, second.id], ['accepted', 'duplicate', first.id])
  })

  check('remembers keys across a restart', async (store, t, harness) => {
    const first = await store.accept(newEvent({ dedupKey: 'k' }))
    await store.close()
    const reopened = await harness.open(retention)
    t.after(() => reopened.close())
    const second = await reopened.accept(newEvent({ dedupKey: 'k' }))
    assert.deepEqual([second.status, second.id], ['duplicate', first.id])
  })

  check('forgets a key after its retention, not before', async (store) => {
    const start = Date.now()
    const at = (receivedAt: number) => store.accept(newEvent({ dedupKey: 'k', receivedAt }))
    const first = await at(start)
    assert.equal((await at(start + retention.dedupRetentionMs - 1)).status, 'duplicate')
    const again = await at(start + retention.dedupRetentionMs)
    assert.equal(again.status, 'accepted')
    assert.notEqual(again.id, first.id)
    assert.equal((await at(start + retention.dedupRetentionMs + 1)).id, again.id)
  })

  check('ids sort by the order of storing', async (store) => {
    const ids: string[] = []
    for (let i = 0; i < 20; i++) ids.push((await store.accept(newEvent())).id)
    assert.deepEqual(ids, ids.toSorted())
    const { events: listed } = await store.list({ limit: 5 })
    assert.deepEqual(
      listed.map(({ id }) => id),
      ids.slice(-5).reverse(),
    )
    const before = listed.at(-1)?.id ?? ''
    assert.deepEqual(
      (await store.list({ limit: 3, before })).events.map(({ id }) => id),
      ids.slice(-8, -5).reverse(),
    )
  })

  check('lists by source and type, with deliveries', async (store) => {
    await store.accept(newEvent({ source: 'a', type: 'x' }))
    await store.accept(newEvent({ source: 'b', type: 'x', destinations: ['d1', 'd2'] }))
    await store.accept(newEvent({ source: 'b', type: 'y' }))
    assert.equal((await store.list({ limit: 10, source: 'b' })).events.length, 2)
    const [only] = (await store.list({ limit: 10, source: 'b', type: 'x' })).events
    assert.deepEqual(
      only?.deliveries.map(({ destination, state, attempt }) => ({ destination, state, attempt })),
      [
        { destination: 'd1', state: 'pending', attempt: 0 },
        { destination: 'd2', state: 'pending', attempt: 0 },
      ],
    )
    assert.equal(await store.get('evt_00000000000'), null)
    assert.equal(await store.get('nonsense'), null)
  })

  check('leases each delivery once, oldest first, within the limit', async (store) => {
    const ids: string[] = []
    for (let i = 0; i < 5; i++) ids.push((await store.accept(newEvent({ destinations: ['d', 'other'] }))).id)
    const now = Date.now() + 1000
    const first = await claimAll(store, 'd', now, 3)
    assert.deepEqual(
      first.map(({ event }) => event.id),
      ids.slice(0, 3),
    )
    assert.deepEqual(
      (await claimAll(store, 'd', now)).map(({ event }) => event.id),
      ids.slice(3),
    )
    assert.equal((await claimAll(store, 'd', now)).length, 0)
    assert.equal((await claimAll(store, 'other', now)).length, 5)
  })

  check('hands the whole event with a lease', async (store) => {
    const event = newEvent({ destinations: ['d'], body: Buffer.from([1, 0, 2]), headers: ['A', 'b'] })
    await store.accept(event)
    const [lease] = await claimAll(store, 'd', Date.now() + 1000)
    assert.deepEqual(Buffer.from(lease?.event.body ?? []), event.body)
    assert.deepEqual(lease?.event.headers, ['A', 'b'])
    assert.deepEqual([lease?.attempt, lease?.attemptInSeries], [1, 1])
  })

  check('claims again what was settled as retry, when due', async (store) => {
    const { id } = await store.accept(newEvent({ destinations: ['d'] }))
    const now = Date.now() + 1000
    const [lease] = await claimAll(store, 'd', now)
    const settled = await store.settle(
      [
        {
          eventId: id,
          destination: 'd',
          attempt: lease?.attempt ?? 0,
          outcome: 'retry',
          dueAt: now + 5000,
          status: 500,
          error: 'no',
        },
      ],
      now,
    )
    assert.deepEqual(settled, [true])
    const early = await store.claim([{ destination: 'd', limit: 1, leaseMs: 1000 }], now + 4999)
    assert.deepEqual([early.leases.length, early.nextDueAt], [0, now + 5000])
    const [again] = await claimAll(store, 'd', now + 5000)
    assert.equal(again?.attempt, 2)
    const delivery = (await store.get(id))?.deliveries[0]
    assert.deepEqual([delivery?.lastStatus, delivery?.lastError, delivery?.state], [500, 'no', 'leased'])
  })

  check('gives an expired lease to another and refuses the first one', async (store) => {
    const { id } = await store.accept(newEvent({ destinations: ['d'] }))
    const now = Date.now() + 1000
    const [stale] = await claimAll(store, 'd', now)
    assert.equal((await claimAll(store, 'd', now + 29_999)).length, 0)
    const [fresh] = await claimAll(store, 'd', now + 30_000)
    assert.equal(fresh?.attempt, 2)
    const settle = (attempt: number | undefined) =>
      store.settle(
        [{ eventId: id, destination: 'd', attempt: attempt ?? 0, outcome: 'done', status: 200, error: null }],
        now,
      )
    assert.deepEqual(await settle(stale?.attempt), [false])
    assert.deepEqual(await settle(fresh?.attempt), [true])
    assert.deepEqual(await settle(fresh?.attempt), [false])
    assert.equal((await store.get(id))?.deliveries[0]?.state, 'done')
  })

  check(
    'counts an attempt that a crash cut off, and hands it out at once after a restart',
    async (store, t, harness) => {
      await store.accept(newEvent({ destinations: ['d'] }))
      await claimAll(store, 'd', Date.now() + 1000)
      await store.close()
      const reopened = await harness.open(retention)
      t.after(() => reopened.close())
      const [lease] = await claimAll(reopened, 'd', Date.now() + 1000)
      assert.equal(lease?.attempt, 2)
    },
  )

  check('re-arms a dead delivery when the event comes again, and fences the old series off', async (store) => {
    const event = newEvent({ dedupKey: 'k', destinations: ['d'] })
    const { id } = await store.accept(event)
    const now = Date.now() + 1000
    const [lease] = await claimAll(store, 'd', now)
    const dead = { eventId: id, destination: 'd', outcome: 'dead', status: 410, error: 'gone' } as const
    await store.settle([{ ...dead, attempt: lease?.attempt ?? 0 }], now)
    assert.equal((await claimAll(store, 'd', now + 100 * day)).length, 0)
    const again = await store.accept(event)
    assert.ok(again.status === 'duplicate' && again.rearmed === 1)
    const [second] = await claimAll(store, 'd', now + 1000)
    assert.deepEqual([second?.attempt, second?.attemptInSeries], [2, 1])
    assert.deepEqual(await store.settle([{ ...dead, attempt: 1 }], now), [false])
  })

  check('replays a done event, and says when it cannot', async (store) => {
    const { id } = await store.accept(newEvent({ destinations: ['d'] }))
    const now = Date.now() + 1000
    const [lease] = await claimAll(store, 'd', now)
    await store.settle(
      [{ eventId: id, destination: 'd', attempt: lease?.attempt ?? 0, outcome: 'done', status: 200, error: null }],
      now,
    )
    assert.equal(await store.replay(id, now), true)
    assert.equal((await claimAll(store, 'd', now))[0]?.attemptInSeries, 1)
    assert.equal(await store.replay('evt_00000000000', now), false)
  })

  check('prunes payloads and events apart, and never what has still to be delivered', async (store) => {
    const old = Date.now() - 20 * day
    const done = await store.accept(newEvent({ receivedAt: old, dedupKey: 'done' }))
    const open = await store.accept(newEvent({ receivedAt: old, dedupKey: 'open', destinations: ['d'] }))
    const fresh = await store.accept(newEvent({ dedupKey: 'fresh' }))
    const options = { now: Date.now(), eventRetentionMs: 14 * day, dedupRetentionMs: 35 * day }
    assert.deepEqual(await store.prune(options), { payloads: 1, events: 0 })
    assert.equal((await store.get(done.id))?.body, null)
    assert.ok((await store.get(open.id))?.body)
    assert.ok((await store.get(fresh.id))?.body)
    assert.equal((await store.accept(newEvent({ dedupKey: 'done' }))).id, done.id)
    assert.equal(await store.replay(done.id, Date.now()), false)

    const later = { ...options, now: Date.now() + 16 * day }
    assert.equal((await store.prune(later)).events, 1)
    assert.equal(await store.get(done.id), null)
    assert.ok(await store.get(open.id))
    assert.equal((await store.accept(newEvent({ dedupKey: 'done', receivedAt: later.now }))).status, 'accepted')
  })

  check('prunes behind an event from the future', async (store) => {
    const old = Date.now() - 40 * day
    await store.accept(newEvent({ receivedAt: Date.now() + 400 * day }))
    await store.accept(newEvent({ receivedAt: old }))
    const options = { now: Date.now(), eventRetentionMs: 14 * day, dedupRetentionMs: 35 * day }
    assert.deepEqual(await store.prune(options), { payloads: 1, events: 1 })
    assert.equal((await store.list({ limit: 10 })).events.length, 1)
  })

  check('prunes many rows while events are accepted', async (store) => {
    const old = Date.now() - 20 * day
    await Promise.all(Array.from({ length: 1500 }, () => store.accept(newEvent({ receivedAt: old }))))
    const options = { now: Date.now(), eventRetentionMs: 14 * day, dedupRetentionMs: 14 * day }
    const [pruned, ...accepted] = await Promise.all([
      store.prune(options),
      ...Array.from({ length: 20 }, () => store.accept(newEvent())),
    ])
    assert.deepEqual(pruned, { payloads: 1500, events: 1500 })
    assert.equal(accepted.length, 20)
    assert.equal((await store.list({ limit: 100 })).events.length, 20)
  })

  check('is ready, says so after a probe, and refuses work once closed', async (store) => {
    assert.deepEqual(await store.probe(), { state: 'ready', error: null })
    await Promise.all([store.close(), store.close()])
    await assert.rejects(store.accept(newEvent()), { name: 'StoreUnavailableError' })
  })

  check('finishes what was handed in before it closes', async (store, t, harness) => {
    const accepts = Array.from({ length: 200 }, (_, i) => store.accept(newEvent({ dedupKey: `k${i}` })))
    await store.close()
    assert.ok((await Promise.all(accepts)).every(({ status }) => status === 'accepted'))
    const reopened = await harness.open(retention)
    t.after(() => reopened.close())
    assert.equal((await reopened.list({ limit: 1000 })).events.length, 200)
  })
}

import assert from 'node:assert/strict'
import { it } from 'node:test'
import { parseDatabaseUrl } from '../../../../src/store/postgres/address.ts'
import { openDatabase } from '../../../../src/store/postgres/database.ts'
import type { NewRejection, Store } from '../../../../src/store/types.ts'
import { settleAll, sumOf } from '../../../contract/support.ts'
import { newEvent } from '../../../support/events.ts'
import { ask, describePostgres } from '../../../support/postgres.ts'
import { openStore } from './support.ts'

async function listAll(store: Store, query: Omit<Parameters<Store['list']>[0], 'limit'>): Promise<string[]> {
  const ids: string[] = []
  let before: string | null = null
  do {
    const page = await store.list({ ...query, limit: 500, ...(before === null ? {} : { before }) })
    ids.push(...page.events.map(({ id }) => id))
    before = page.next
  } while (before !== null)
  return ids
}

const rejection = (receivedAt: number, body: Buffer | null = null): NewRejection => ({
  source: null,
  cause: 'unknown_source',
  detail: 'nul \0 in it',
  receivedAt,
  method: 'POST',
  url: '/webhook/x',
  remoteAddress: null,
  headers: [],
  body,
})

await describePostgres('what is asked of Postgres', (server) => {
  it('finds the events of a source of which there are more types than are gathered type by type', async (t) => {
    const store = await openStore(t, await server.createDatabase())
    const accept = async (n: number) => (await store.accept(newEvent({ source: 'many', type: `type-${n}` }))).id
    const ids = await Promise.all(Array.from({ length: 230 }, (_, n) => accept(n)))
    const other = (await store.accept(newEvent({ source: 'other', type: 'type-7' }))).id
    assert.deepEqual(await listAll(store, { source: 'many' }), ids.toSorted().reverse())
    assert.deepEqual(await listAll(store, { type: 'type-7' }), [other, ids[7]])
    assert.deepEqual(await listAll(store, { source: 'many', type: 'type-7' }), [ids[7]])
  })

  it('finds the events of types that are no longer told apart', async (t) => {
    const url = await server.createDatabase()
    const store = await openStore(t, url)
    await ask(
      url,
      "INSERT INTO posthorn.kinds (source, type) SELECT 'full', 'type-' || i FROM generate_series(1, 10000) i",
    )
    const [a, b] = [
      await store.accept(newEvent({ source: 'new', type: 'one' })),
      await store.accept(newEvent({ source: 'new', type: 'two' })),
    ]
    assert.deepEqual(await ask(url, "SELECT count(*)::int AS n FROM posthorn.kinds WHERE source = 'new'"), [{ n: 1 }])
    assert.deepEqual(await listAll(store, { type: 'two' }), [b.id])
    assert.deepEqual(await listAll(store, { source: 'new' }), [b.id, a.id])
  })

  it('goes in turn through what waits where that is too much to be sorted', async (t) => {
    const url = await server.createDatabase()
    const store = await openStore(t, url)
    const first = (await store.accept(newEvent({ destinations: ['d'] }))).id
    await settleAll(store, 'd', Date.now() + 1000, 'done')
    const second = (await store.accept(newEvent({ destinations: ['d'] }))).id
    // Older than both, so that they are the newest.
    await ask(
      url,
      `INSERT INTO posthorn.events (seq, received_at, kind, body_size, source, type)
       SELECT i, 0, 1, 0, 'default', 'old' FROM generate_series(1, 30000) i;
       INSERT INTO posthorn.deliveries (seq, due_at, destination, state) SELECT i, 0, 1, 0 FROM generate_series(1, 30000) i`,
    )
    const { deliveries } = await store.deliveries({ state: 'pending', limit: 2 })
    assert.deepEqual(
      deliveries.map(({ eventId }) => eventId),
      [second, 'evt_00000000x9g'],
    )
    assert.equal(await sumOf((next) => store.countDeliveries({ state: 'pending' }, next)), 30_001)
    assert.equal((await store.list({ status: 'pending', limit: 500 })).events.length, 500)
    const [status] = await store.destinations()
    assert.equal(status?.pending, 30_001)
    assert.deepEqual(await listAll(store, { status: 'done' }), [first])
  })

  it('cannot be for what no text of Postgres holds', async (t) => {
    const store = await openStore(t, await server.createDatabase())
    const body = Buffer.from('a\0b')
    const { id } = await store.accept(newEvent({ body, destinations: ['d'] }))
    assert.deepEqual(await listAll(store, { source: 'a\0' }), [])
    assert.deepEqual(await listAll(store, { type: '\0' }), [])
    assert.deepEqual(await listAll(store, { text: 'a\0b' }), [id])
    assert.deepEqual((await store.deliveries({ source: '\0', limit: 5 })).deliveries, [])
    assert.deepEqual((await store.deliveries({ destination: '\0', limit: 5 })).deliveries, [])
    assert.equal((await store.replayBatch({ type: '\0', limit: 5 }, Date.now(), { destination: 'e' })).count, 0)
    assert.deepEqual((await store.rejections({ cause: '\0', limit: 5 })).rejections, [])
    assert.equal(await store.note('job', 'a\0'), null)
  })

  it('is not compiled first, which takes longer than the answer', async (t) => {
    const url = await server.createDatabase()
    await ask(url, `ALTER DATABASE ${new URL(url).pathname.slice(1)} SET jit = on`)
    const address = parseDatabaseUrl(url)
    assert.ok(!('problem' in address))
    for (const pooled of [false, true]) {
      const database = openDatabase({ address, schema: 's', size: 1, timeoutMs: 5000, name: 'test', pooled })
      t.after(() => database.close())
      assert.deepEqual(await database.transaction((query) => query('SHOW jit')), [{ jit: 'off' }])
      if (!pooled) assert.deepEqual(await database.query('SHOW jit'), [{ jit: 'off' }])
    }
  })

  async function openTwo(t: Parameters<typeof openStore>[0], options: Parameters<typeof openStore>[2] = {}) {
    const url = await server.createDatabase()
    return [await openStore(t, url, options), await openStore(t, url, options)] as const
  }

  it('starts each delivery once when two replicas replay at the same time', async (t) => {
    const [a, b] = await openTwo(t)
    const now = Date.now() + 1000
    await Promise.all(Array.from({ length: 300 }, () => a.accept(newEvent({ destinations: ['d'] }))))
    for (let n = 0; n < 3; n += 1) await settleAll(a, 'd', now, 'dead')
    const replay = (store: Store) =>
      sumOf((next) =>
        store.replayBatch({ state: 'dead', limit: 40, ...(next === undefined ? {} : { after: next }) }, now),
      )
    const move = (store: Store) =>
      sumOf((next) =>
        store.replayBatch({ destination: 'd', limit: 40, ...(next === undefined ? {} : { after: next }) }, now, {
          destination: 'e',
          move: true,
        }),
      )
    const [byA, byB] = await Promise.all([replay(a), replay(b)])
    assert.equal(byA + byB, 300)
    const [movedByA, movedByB] = await Promise.all([move(a), move(b)])
    assert.equal(movedByA + movedByB, 300)
    assert.equal(await sumOf((next) => a.countDeliveries({ state: 'discarded', destination: 'd' }, next)), 300)
    assert.equal(await sumOf((next) => a.countDeliveries({ state: 'pending', destination: 'e' }, next)), 300)
  })

  it('keeps no more rejected requests of two replicas than of one', async (t) => {
    const [a, b] = await openTwo(t, { rejections: { maxCount: 50 } })
    const all = Array.from({ length: 120 }, (_, n) => rejection(n))
    const written = await Promise.all(all.map((one, n) => (n % 2 === 0 ? a : b).reject([one])))
    assert.equal(
      written.reduce((sum, n) => sum + n, 0),
      120,
    )
    await a.reject([rejection(1000)])
    const { rejections } = await b.rejections({ limit: 500 })
    assert.equal(rejections.length, 50)
    assert.equal(rejections[0]?.receivedAt, 1000)
  })

  it('drops rejected requests in a flood rather than let them pile up', async (t) => {
    const [a] = await openTwo(t)
    const body = Buffer.alloc(100_000)
    const written = await a.reject(Array.from({ length: 1000 }, (_, n) => rejection(n, body)))
    assert.ok(written > 0 && written < 100, String(written))
  })

  it('adds up what two replicas count', async (t) => {
    const [a, b] = await openTwo(t)
    for (const store of [a, b, a]) await store.accept(newEvent({ destinations: ['d'] }))
    await settleAll(b, 'd', Date.now() + 1000, 'done')
    const query = { from: Date.now() - 3_600_000, to: Date.now() + 60_000, bucketMs: 86_400_000 }
    await b.statistics(query)
    const { events, deliveries } = await a.statistics(query)
    assert.deepEqual([events[0]?.accepted, deliveries[0]?.done], [3, 3])
  })

  it('lets one of two replicas change a note', async (t) => {
    const [a, b] = await openTwo(t)
    let version = await a.setNote({ kind: 'k', key: 'x', value: '0', version: null })
    for (let n = 0; n < 20; n += 1) {
      const change = { kind: 'k', key: 'x', value: String(n), version }
      const won = (await Promise.all([a.setNote(change), b.setNote(change)])).filter((one) => one !== null)
      assert.equal(won.length, 1)
      version = won[0] ?? null
    }
  })
})

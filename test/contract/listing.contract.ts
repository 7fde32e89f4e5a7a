import assert from 'node:assert/strict'
import { beforeAllEvents, beforeAllRejections } from '../../src/store/event-id.ts'
import type { ListQuery, NewEvent, NewRejection, Store } from '../../src/store/types.ts'
import { newEvent } from '../support/events.ts'
import { type Check, day, settleAll } from './support.ts'

/** What operators see: events, changes, rejected requests, statistics. */
export function listingContract(check: Check): void {
  async function accept(store: Store, overrides: Partial<NewEvent> = {}): Promise<string> {
    return (await store.accept(newEvent(overrides))).id
  }

  /** Every page, newest first. */
  async function listAll(store: Store, query: Omit<ListQuery, 'limit' | 'before'>, limit = 2): Promise<string[]> {
    const ids: string[] = []
    let before: string | null = null
    do {
      const page = await store.list({ ...query, limit, ...(before === null ? {} : { before }) })
      assert.ok(page.events.length <= limit)
      ids.push(...page.events.map(({ id }) => id))
      before = page.next
    } while (before !== null)
    return ids
  }

  check('lists events by what became of them', async (store) => {
    const now = Date.now() + 1000
    const none = await accept(store)
    const done = await accept(store, { destinations: ['a', 'b'] })
    await settleAll(store, 'a', now, 'done')
    await settleAll(store, 'b', now, 'done')
    const dead = [await accept(store, { destinations: ['a', 'b'] }), await accept(store, { destinations: ['a', 'b'] })]
    await settleAll(store, 'a', now, 'dead')
    await settleAll(store, 'b', now, 'dead')
    const mixed = await accept(store, { destinations: ['a', 'b'] })
    await settleAll(store, 'a', now, 'done')
    await settleAll(store, 'b', now, 'retry', { dueAt: now + 1000 })
    const fresh = await accept(store, { destinations: ['c'] })
    const newestFirst = (...ids: string[]) => ids.toSorted().reverse()
    assert.deepEqual(await listAll(store, {}), newestFirst(none, done, ...dead, mixed, fresh))
    assert.deepEqual(await listAll(store, { status: 'none' }), [none])
    assert.deepEqual(await listAll(store, { status: 'done' }), [done])
    assert.deepEqual(await listAll(store, { status: 'dead' }, 1), newestFirst(...dead))
    assert.deepEqual(await listAll(store, { status: 'retrying' }), [mixed])
    assert.deepEqual(await listAll(store, { status: 'pending' }), newestFirst(mixed, fresh))
    assert.deepEqual(await listAll(store, { status: 'leased' }), [])
    assert.deepEqual(await listAll(store, { status: 'discarded' }), [])
    assert.deepEqual(await listAll(store, { status: 'dead', source: 'other' }), [])
    assert.deepEqual(await listAll(store, { status: 'dead', text: '"hello"' }), newestFirst(...dead))
  })

  check('lists events by time of storing', async (store) => {
    const id = await accept(store, { receivedAt: 1000 })
    const now = Date.now()
    assert.deepEqual(await listAll(store, { from: now - 60_000, to: now + 60_000 }), [id])
    assert.deepEqual(await listAll(store, { from: now + 60_000 }), [])
    assert.deepEqual(await listAll(store, { to: now - 60_000 }), [])
    assert.deepEqual(await listAll(store, { from: now - 60_000, source: 'default', type: 'user.created' }), [id])
  })

  check('finds events by text: id, sender id, type, body', async (store) => {
    const first = await accept(store, { externalId: 'ord_123', body: Buffer.from('{"name":"Zoë"}') })
    const second = await accept(store, { type: 'invoice.paid', body: Buffer.from([0, 255, 0x41, 0x42]) })
    assert.deepEqual(await listAll(store, { text: first }), [first])
    assert.deepEqual(await listAll(store, { text: 'ord_1' }), [first])
    assert.deepEqual(await listAll(store, { text: 'rd_1' }), [])
    assert.deepEqual(await listAll(store, { text: 'invoice' }), [second])
    assert.deepEqual(await listAll(store, { text: 'Zoë' }), [first])
    assert.deepEqual(await listAll(store, { text: 'AB' }), [second])
    assert.deepEqual(await listAll(store, { text: 'AB', source: 'other' }), [])
    assert.deepEqual(await listAll(store, { text: '%' }), [])
  })

  check(
    'looks at a bounded number of events at a time, and says how far it came',
    async (store) => {
      const rare = await accept(store, { body: Buffer.from('needle') })
      for (let i = 0; i < 40; i++) await accept(store)
      const page = await store.list({ text: 'needle', limit: 5 })
      assert.deepEqual(page.events, [])
      assert.ok(page.next !== null && page.next > rare)
      assert.deepEqual(await listAll(store, { text: 'needle' }), [rare])
      assert.deepEqual(await listAll(store, { status: 'done' }), [])
    },
    { scanRows: 10 },
  )

  check('finds what is rare without looking at what is not', async (store) => {
    const ids: string[] = []
    for (let i = 0; i < 30; i++) {
      const id = await accept(store, i % 10 === 3 ? { source: 'rare', type: `t${i}` } : {})
      if (i % 10 === 3) ids.push(id)
    }
    assert.deepEqual(await listAll(store, { source: 'rare' }), ids.toReversed())
    assert.deepEqual(await listAll(store, { type: 't13' }), [ids[1]])
    assert.deepEqual(await listAll(store, { source: 'default', type: 't13' }), [])
    assert.deepEqual(await listAll(store, { source: 'unknown' }), [])
  })

  check('finds an event by the key it was stored under', async (store) => {
    const id = await accept(store, { dedupKey: 'id\nsource\n42' })
    assert.equal(await store.find('id\nsource\n42'), id)
    assert.equal(await store.find('id\nsource\n43'), null)
  })

  check('gives changes in the order of storing, and misses none', async (store) => {
    const seen: string[] = []
    let last = 'evt_00000000000'
    const accepting = Array.from({ length: 200 }, (_, i) => accept(store, { dedupKey: `k${i}` }))
    const all = Promise.all(accepting)
    let finished = false
    void all.then(() => {
      finished = true
    })
    for (;;) {
      const wasFinished = finished
      const changes = await store.changes(last, 7)
      seen.push(...changes.map(({ id }) => id))
      last = seen.at(-1) ?? last
      if (wasFinished && changes.length === 0) break
    }
    assert.deepEqual(seen, (await all).toSorted())
    assert.deepEqual(await store.changes('nonsense', 5), [])
  })

  check('says from where on changes are still to come', async (store) => {
    assert.equal(await store.newest(), beforeAllEvents)
    const accepting = Promise.all(Array.from({ length: 200 }, (_, i) => accept(store, { dedupKey: `k${i}` })))
    let finished = false
    void accepting.then(() => {
      finished = true
    })
    const looks: { start: string; listed: string[] }[] = []
    while (!finished) {
      const start = await store.newest()
      looks.push({ start, listed: (await store.list({ limit: 500 })).events.map(({ id }) => id) })
    }
    const all = (await accepting).toSorted()
    assert.equal(await store.newest(), all.at(-1))
    for (const { start, listed } of looks) {
      const changed = (await store.changes(start, 500)).map(({ id }) => id)
      assert.deepEqual([...new Set([...listed, ...changed])].toSorted(), all)
    }
    // Also where nothing is left.
    await store.prune({ now: Date.now() + 9 * day, eventRetentionMs: day, dedupRetentionMs: day })
    const start = await store.newest()
    const id = await accept(store)
    assert.deepEqual(
      (await store.changes(start, 5)).map((event) => event.id),
      [id],
    )
  })

  const rejection = (overrides: Partial<NewRejection> = {}): NewRejection => ({
    source: 'github',
    cause: 'signature_mismatch',
    detail: 'no secret fits',
    receivedAt: Date.now(),
    method: 'POST',
    url: '/webhook/github?x=1',
    remoteAddress: '192.0.2.1',
    headers: ['X-A', 'é'],
    body: Buffer.from([1, 0, 255]),
    ...overrides,
  })

  check('keeps rejected requests, with everything in them', async (store) => {
    const kept = rejection()
    assert.equal(await store.reject([kept]), 1)
    const [summary] = (await store.rejections({ limit: 5 })).rejections
    const { headers, body, ...facts } = kept
    const { id, ...rest } = summary ?? { id: '' }
    assert.deepEqual(rest, { ...facts, bodySize: 3 })
    const whole = await store.getRejection(id)
    assert.deepEqual(whole?.headers, headers)
    assert.deepEqual(Buffer.from(whole?.body ?? []), body)
    assert.equal(await store.deleteRejection(id), true)
    assert.equal(await store.deleteRejection(id), false)
    assert.equal(await store.getRejection(id), null)
    assert.equal(await store.getRejection('nonsense'), null)
  })

  check('lists rejected requests by source, cause and time, page by page', async (store) => {
    const at = Date.now()
    await store.reject(
      Array.from({ length: 9 }, (_, i) =>
        rejection({ source: i % 3 === 0 ? null : 'a', cause: i % 2 === 0 ? 'even' : 'odd', receivedAt: at + i }),
      ),
    )
    const first = await store.rejections({ limit: 4 })
    assert.deepEqual(
      first.rejections.map(({ receivedAt }) => receivedAt - at),
      [8, 7, 6, 5],
    )
    const second = await store.rejections({ limit: 5, before: first.next ?? '' })
    assert.equal(second.rejections.length, 5)
    assert.equal(second.next, null)
    const times = async (query: object) =>
      (await store.rejections({ limit: 9, ...query })).rejections.map(({ receivedAt }) => receivedAt - at)
    assert.deepEqual(await times({ source: 'a', cause: 'odd' }), [7, 5, 1])
    assert.deepEqual(await times({ from: at + 2, to: at + 5 }), [4, 3, 2])
  })

  check('lists rejected requests from the oldest on, page by page', async (store) => {
    const at = Date.now()
    await store.reject(
      Array.from({ length: 9 }, (_, i) => rejection({ cause: i % 2 === 0 ? 'even' : 'odd', receivedAt: at + i })),
    )
    const page = async (query: object) => {
      const { rejections, next } = await store.rejections({ limit: 4, after: beforeAllRejections, ...query })
      return { times: rejections.map(({ receivedAt }) => receivedAt - at), last: rejections.at(-1)?.id ?? '', next }
    }
    const first = await page({})
    assert.deepEqual([first.times, first.next], [[0, 1, 2, 3], first.last])
    // Where a page ended is known even when that one is gone.
    assert.equal(await store.deleteRejection(first.last), true)
    const second = await page({ after: first.last, to: at + 8 })
    assert.deepEqual([second.times, second.next], [[4, 5, 6, 7], null])
    assert.deepEqual((await page({ cause: 'odd', to: at + 6 })).times, [1, 5])
    assert.deepEqual((await page({ after: first.last, before: second.last })).times, [4, 5, 6])
    assert.deepEqual((await page({ after: second.last })).times, [8])
    for (const after of ['nonsense', second.last.replace('rej_', 'evt_')]) {
      assert.deepEqual(await page({ after }), { times: [], last: '', next: null })
    }
  })

  check(
    'keeps no more rejected requests than it should',
    async (store) => {
      await store.reject([rejection({ body: Buffer.alloc(101) })])
      const [large] = (await store.rejections({ limit: 1 })).rejections
      assert.equal(large?.bodySize, 101)
      assert.equal((await store.getRejection(large?.id ?? ''))?.body, null)
      for (let i = 0; i < 9; i++) await store.reject([rejection({ receivedAt: i, body: null })])
      const { rejections } = await store.rejections({ limit: 99 })
      assert.deepEqual(
        rejections.map(({ receivedAt }) => receivedAt),
        [8, 7, 6, 5, 4],
      )
      await store.reject([rejection({ receivedAt: 9, body: Buffer.alloc(100), headers: ['x'.repeat(950), ''] })])
      assert.deepEqual(
        (await store.rejections({ limit: 99 })).rejections.map(({ receivedAt }) => receivedAt),
        [9],
      )
    },
    { rejections: { maxCount: 5, maxBytes: 1100, maxBodyBytes: 100 } },
  )

  check('prunes rejected requests by age', async (store) => {
    await store.reject([rejection()])
    const options = { now: Date.now(), eventRetentionMs: day, dedupRetentionMs: day }
    await store.prune(options)
    assert.equal((await store.rejections({ limit: 9 })).rejections.length, 1)
    await store.prune({ ...options, now: Date.now() + 2 * day })
    assert.equal((await store.rejections({ limit: 9 })).rejections.length, 0)
  })

  check('counts what happened', async (store) => {
    const from = Date.now() - 60_000
    await accept(store, { dedupKey: 'k', destinations: ['d'], body: Buffer.alloc(10) })
    await accept(store, { dedupKey: 'k', destinations: ['d'], body: Buffer.alloc(10) })
    await accept(store, { source: 'other', type: 'x', destinations: ['d'], body: Buffer.alloc(5) })
    await accept(store, { source: 'other', type: 'y', body: Buffer.alloc(5) })
    await settleAll(store, 'd', Date.now() + 100, 'retry', { dueAt: Date.now() + 100 })
    await settleAll(store, 'd', Date.now() + 200, 'done')
    await store.reject([rejection(), rejection({ source: null, cause: 'unknown_source', count: 5 })])
    const bucketMs = day * 365
    const { events, deliveries, rejections } = await store.statistics({ from, to: Date.now() + 60_000, bucketMs })
    assert.deepEqual(
      events.map(({ at, ...rest }) => rest),
      [
        { source: 'default', accepted: 1, duplicates: 1, bytes: 10 },
        { source: 'other', accepted: 2, duplicates: 0, bytes: 10 },
      ],
    )
    assert.deepEqual(
      deliveries.map(({ at, ...rest }) => rest),
      [{ destination: 'd', done: 2, retry: 2, dead: 0 }],
    )
    assert.deepEqual(
      rejections.map(({ at, ...rest }) => rest),
      [
        { source: null, cause: 'unknown_source', count: 5 },
        { source: 'github', cause: 'signature_mismatch', count: 1 },
      ],
    )
    const minutes = await store.statistics({ from, to: Date.now() + 60_000, bucketMs: 60_000 })
    assert.ok(minutes.events.every(({ at }) => at % 60_000 === 0 && at >= from - 60_000 && at <= Date.now()))
    const past = await store.statistics({ from: from - day, to: from - 120_000, bucketMs: 60_000 })
    assert.deepEqual(past, { events: [], deliveries: [], rejections: [] })
  })

  check('counts on after a restart', async (store, t, harness) => {
    await accept(store)
    await store.close()
    const reopened = await harness.open({ dedupRetentionMs: day })
    t.after(() => reopened.close())
    await accept(reopened)
    const query = { from: Date.now() - 3_600_000, to: Date.now() + 3_600_000, bucketMs: day * 365 }
    assert.deepEqual(
      (await reopened.statistics(query)).events.map(({ accepted }) => accepted),
      [2],
    )
  })
}

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { beforeAllEvents } from '../../src/store/event-id.ts'
import { openApi } from './support.ts'

describe('GET /api/events', () => {
  it('lists the newest first, a page at a time', async (t) => {
    const { get, post } = await openApi(t)
    const ids: string[] = []
    for (let n = 0; n < 5; n += 1) ids.unshift(await post('push', `{"n":${n}}`))
    const first = await get('/api/events?limit=2')
    assert.equal(first.status, 200)
    assert.deepEqual(
      first.json.events.map(({ id }: { id: string }) => id),
      ids.slice(0, 2),
    )
    const rest = await get(`/api/events?limit=10&cursor=${first.json.next}`)
    assert.deepEqual(
      rest.json.events.map(({ id }: { id: string }) => id),
      ids.slice(2),
    )
    assert.equal(rest.json.next, null)
    assert.deepEqual([first.json.newest, rest.json.newest], [ids[0], null])
  })

  it('says from where to watch, so that nothing is missed between the list and the stream', async (t) => {
    let between = async () => {}
    const { get, post, store } = await openApi(t, {}, (real) => ({
      ...real,
      async list(query) {
        const page = await real.list(query)
        await between()
        return page
      },
    }))
    assert.equal((await get('/api/events')).json.newest, beforeAllEvents)
    await post('push')
    let late = ''
    between = async () => {
      late = await post('push')
    }
    const { events, newest } = (await get('/api/events?type=paid')).json
    assert.deepEqual(events, [])
    assert.deepEqual(
      (await store.changes(newest, 5)).map(({ id }) => id),
      [late],
    )
  })

  it('filters by source, type, time, state and text', async (t) => {
    const { get, post, store } = await openApi(t)
    const push = await post('push', '{"who":"ann"}')
    const paid = await post('paid', '{"who":"bob"}')
    const [lease] = (await store.claim([{ destination: 'app', limit: 1, leaseMs: 1_000 }], Date.now())).leases
    assert.equal(lease?.event.id, push)
    const settled = {
      eventId: push,
      destination: 'app',
      attempt: 1,
      outcome: 'dead',
      status: 500,
      error: 'no',
    } as const
    await store.settle([settled], Date.now())
    const listed = async (query: string) =>
      (await get(`/api/events?${query}`)).json.events.map(({ id }: { id: string }) => id)
    assert.deepEqual(await listed('type=paid'), [paid])
    assert.deepEqual(await listed('source=acme'), [])
    assert.deepEqual(await listed('source=default'), [paid, push])
    assert.deepEqual(await listed('status=dead'), [push])
    assert.deepEqual(await listed('status=pending'), [paid, push])
    assert.deepEqual(await listed('text=ann'), [push])
    assert.deepEqual(await listed(`text=${paid}`), [paid])
    assert.deepEqual(await listed('from=2020-01-01'), [paid, push])
    assert.deepEqual(await listed('to=2020-01-01T00:00:00Z'), [])
  })

  it('says what is wrong with a query', async (t) => {
    const { get } = await openApi(t)
    for (const [query, expected] of [
      ['limit=0', /^limit: /],
      ['limit=501', /^limit: /],
      ['limit=ten', /^limit: /],
      ['from=yesterday', /^from: give a time such as/],
      ['status=lost', /^status: /],
      ['sauce=github', /sauce/],
    ] as const) {
      const { status, json } = await get(`/api/events?${query}`)
      assert.equal(status, 400, query)
      assert.deepEqual(Object.keys(json), ['error'])
      assert.match(json.error, expected)
    }
  })
})

describe('one event', () => {
  it('is shown with headers, body, deliveries and attempts, without what would let somebody in', async (t) => {
    const { get, post, store } = await openApi(t)
    const id = await post('push', '{"städte":1}', { authorization: 'Bearer of-the-sender', 'x-custom': 'grüß' })
    await store.claim([{ destination: 'app', limit: 1, leaseMs: 1_000 }], Date.now())
    const record = {
      startedAt: Date.now(),
      durationMs: 12,
      responseHeaders: ['x-request-id', 'abc'],
      responseBody: Buffer.from('<script>alert(1)</script>'),
    }
    const settled = { eventId: id, destination: 'app', attempt: 1, status: 500, error: 'answered 500' }
    await store.settle([{ ...settled, outcome: 'retry', dueAt: Date.now() + 5_000, record }], Date.now())
    const { status, json } = await get(`/api/events/${id}`)
    assert.equal(status, 200)
    assert.equal(json.id, id)
    assert.deepEqual(json.body, { encoding: 'utf8', text: '{"städte":1}', truncated: false })
    const headers = new Map(json.headers)
    assert.equal(headers.get('authorization'), '[hidden]')
    assert.ok(headers.has('x-custom'))
    assert.deepEqual(
      json.deliveries.map(({ destination, state }: Record<string, unknown>) => [destination, state]),
      [
        ['app', 'pending'],
        ['crm/hooks', 'pending'],
      ],
    )
    const [attempt] = json.attempts
    assert.deepEqual([attempt.outcome, attempt.status, attempt.durationMs], ['retry', 500, 12])
    assert.deepEqual(attempt.responseHeaders, [['x-request-id', 'abc']])
    assert.equal(attempt.responseBody.text, '<script>alert(1)</script>')
  })

  it('gives its exact bytes, as nothing that a browser would show', async (t) => {
    const { app, post } = await openApi(t)
    const id = await post('page', '<script>alert(1)</script>', { 'content-type': 'text/html' })
    const answer = await app.inject({
      url: `/api/events/${id}/body`,
      headers: { authorization: `Bearer ${'f00dcafe'.repeat(8)}` },
    })
    assert.equal(answer.body, '<script>alert(1)</script>')
    assert.equal(answer.headers['content-type'], 'application/octet-stream')
    assert.equal(answer.headers['x-content-type-options'], 'nosniff')
    assert.equal(answer.headers['content-disposition'], `attachment; filename="${id}"`)
  })

  it('whose body is no text is shown as base64, and a large one cut', async (t) => {
    const { get, post } = await openApi(t)
    const large = await post('large', JSON.stringify('x'.repeat(300 * 1024)))
    const { body } = (await get(`/api/events/${large}`)).json
    assert.equal(body.truncated, true)
    assert.equal(body.text.length, 256 * 1024)
  })

  it('is delivered again: everywhere, or to one destination', async (t) => {
    const { send, post, store } = await openApi(t)
    const id = await post('push')
    const leases = async () =>
      (
        await store.claim(
          ['app', 'crm/hooks'].map((name) => ({ destination: name, limit: 10, leaseMs: 1_000 })),
          Date.now() + 1,
        )
      ).leases
    for (const { destination, attempt } of await leases()) {
      await store.settle([{ eventId: id, destination, attempt, outcome: 'done', status: 200, error: null }], Date.now())
    }
    assert.deepEqual(await leases(), [])
    assert.equal((await send('POST', `/api/events/${id}/replay`, { destination: 'crm/hooks' })).status, 202)
    assert.deepEqual(
      (await leases()).map(({ destination }) => destination),
      ['crm/hooks'],
    )
    assert.equal((await send('POST', `/api/events/${id}/replay`)).status, 202)
    assert.deepEqual(
      (await leases()).map(({ destination }) => destination),
      ['app'],
    )
  })

  it('that is not there is 404, and so is a destination that is not', async (t) => {
    const { get, send, post } = await openApi(t)
    const id = await post('push')
    for (const answer of [
      await get('/api/events/evt_nothing'),
      await get('/api/events/evt_nothing/body'),
      await send('POST', '/api/events/evt_nothing/replay', {}),
      await send('POST', `/api/events/${id}/replay`, { destination: 'nowhere' }),
      await get('/api/nothing'),
    ]) {
      assert.equal(answer.status, 404)
      assert.deepEqual(Object.keys(answer.json), ['error'])
    }
    assert.equal((await send('POST', `/api/events/${id}/replay`, { where: 'app' })).status, 400)
  })
})

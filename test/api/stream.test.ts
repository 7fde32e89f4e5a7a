import assert from 'node:assert/strict'
import { type IncomingMessage, request } from 'node:http'
import { describe, it, type TestContext } from 'node:test'
import { StoreUnavailableError } from '../../src/store/errors.ts'
import { beforeAllEvents } from '../../src/store/event-id.ts'
import { type Api, openApi, token } from './support.ts'

interface Message {
  readonly id: string | undefined
  readonly data: { readonly id: string; readonly type: string }
}

/** Reads a stream of events; `next` waits for one. */
async function watch(t: TestContext, api: Api, path = '/api/stream', headers: Record<string, string> = {}) {
  await api.app.listen({ port: 0, host: '127.0.0.1' }).catch(() => {})
  const address = api.app.server.address()
  assert.ok(address !== null && typeof address === 'object')
  const sent = request({ port: address.port, path, headers: { authorization: `Bearer ${token}`, ...headers } }).end()
  t.after(() => sent.destroy())
  sent.on('error', () => {})
  const response = await new Promise<IncomingMessage>((resolve) => sent.once('response', resolve))
  const chunks = response.setEncoding('utf8')[Symbol.asyncIterator]()
  let text = ''

  async function block(): Promise<ReadonlyMap<string, string>> {
    for (;;) {
      const end = text.indexOf('\n\n')
      if (end === -1) {
        const { value, done } = await chunks.next()
        assert.ok(!done, 'the stream ended')
        text += value
        continue
      }
      const fields = new Map(
        text
          .slice(0, end)
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
      )
      text = text.slice(end + 2)
      return fields
    }
  }
  async function next(): Promise<Message> {
    for (;;) {
      const fields = await block()
      const data = fields.get('data')
      if (data !== undefined) return { id: fields.get('id'), data: JSON.parse(data) }
    }
  }
  return {
    response,
    block,
    next,
    close: () => sent.destroy(),
    ended: () => chunks.next().catch(() => ({ done: true })),
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

function connections({ app }: Api): Promise<number> {
  return new Promise((resolve) => app.server.getConnections((_error, count) => resolve(count)))
}

describe('GET /api/stream', () => {
  it('gives events as they are stored', async (t) => {
    const api = await openApi(t)
    await api.post('before')
    const { response, next } = await watch(t, api)
    assert.equal(response.headers['content-type'], 'text/event-stream; charset=utf-8')
    for (const type of ['one', 'two']) {
      const id = await api.post(type)
      const message = await next()
      assert.equal(message.id, id)
      assert.deepEqual([message.data.id, message.data.type], [id, type])
    }
  })

  it('goes on where it was left, missing none', async (t) => {
    const api = await openApi(t)
    const first = await api.post('first')
    const missed: string[] = []
    for (let n = 0; n < 250; n += 1) missed.push(await api.post('missed', `{"n":${n}}`))
    const { next } = await watch(t, api, '/api/stream', { 'last-event-id': first })
    const seen: string[] = []
    while (seen.length < missed.length) seen.push((await next()).data.id)
    assert.deepEqual(seen, missed)
    const live = await api.post('live')
    assert.equal((await next()).data.id, live)
  })

  it('says where it begins before anything comes, so that who is cut off then misses none', async (t) => {
    const api = await openApi(t)
    const first = await watch(t, api)
    const begin = await first.block()
    assert.deepEqual([begin.get('id'), begin.has('data')], [beforeAllEvents, false])
    first.close()
    const missed = await api.post('missed')
    const second = await watch(t, api, '/api/stream', { 'last-event-id': begin.get('id') ?? '' })
    assert.equal((await second.next()).data.id, missed)
    const third = await watch(t, api)
    assert.equal((await third.block()).get('id'), missed)
  })

  it('ends when the store cannot be read, says so in the log, and is there again afterwards', async (t) => {
    let away = false
    const api = await openApi(t, {}, (store) => ({
      ...store,
      changes: (after, limit) =>
        away ? Promise.reject(new StoreUnavailableError('the disk is away')) : store.changes(after, limit),
    }))
    const first = await watch(t, api)
    const id = await api.post('one')
    assert.equal((await first.next()).id, id)
    away = true
    while (!(await first.ended()).done);
    // A browser that comes back meanwhile is not told to stay away: to any status but 200 it would not come again.
    const second = await watch(t, api, '/api/stream', { 'last-event-id': id })
    assert.equal(second.response.statusCode, 200)
    assert.equal((await second.block()).get('id'), id)
    while (!(await second.ended()).done);
    assert.equal(second.response.complete, true)
    const said = api.lines.filter(({ msg }) => msg === 'a stream of events ended: the store cannot be read')
    assert.deepEqual(
      said.map(({ level }) => level),
      [40, 40],
    )
    assert.match(JSON.stringify(said), /the disk is away/)
    away = false
    const next = await api.post('two')
    const third = await watch(t, api, '/api/stream', { 'last-event-id': id })
    assert.equal((await third.next()).id, next)
  })

  it('keeps no place for whoever left before it began', async (t) => {
    let open = () => {}
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    let asked = 0
    const api = await openApi(t, {}, (store) => ({
      ...store,
      async newest() {
        asked += 1
        await gate
        return store.newest()
      },
    }))
    await api.app.listen({ port: 0, host: '127.0.0.1' })
    const address = api.app.server.address()
    assert.ok(address !== null && typeof address === 'object')
    const headers = { authorization: `Bearer ${token}` }
    const left = Array.from({ length: 32 }, () => request({ port: address.port, path: '/api/stream', headers }).end())
    for (const one of left) one.on('error', () => {})
    while (asked < left.length) await turn()
    for (const one of left) one.destroy()
    while ((await connections(api)) > 0) await turn()
    open()
    const { response } = await watch(t, api)
    assert.equal(response.statusCode, 200)
  })

  it('can be of one type alone', async (t) => {
    const api = await openApi(t)
    const { next } = await watch(t, api, '/api/stream?type=paid')
    await api.post('push')
    const paid = await api.post('paid')
    assert.equal((await next()).data.id, paid)
  })

  it('begins nowhere but at an event', async (t) => {
    const { get } = await openApi(t)
    const { status, json } = await get('/api/stream?after=yesterday')
    assert.equal(status, 400)
    assert.match(json.error, /evt_/)
  })

  it('ends when the gateway stops', async (t) => {
    const api = await openApi(t)
    const { ended } = await watch(t, api)
    await api.app.close()
    while (!(await ended()).done);
  })
})

import assert from 'node:assert/strict'
import { type IncomingMessage, request } from 'node:http'
import { describe, it, type TestContext } from 'node:test'
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

  async function next(): Promise<Message> {
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
      const data = fields.get('data')
      if (data !== undefined) return { id: fields.get('id'), data: JSON.parse(data) }
    }
  }
  return { response, next, close: () => sent.destroy(), ended: () => chunks.next().catch(() => ({ done: true })) }
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

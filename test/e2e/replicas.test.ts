import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { createParser } from 'eventsource-parser'
import { forwardName } from '../../src/delivery/destination-name.ts'
import { adminToken, ask, askUntil } from '../reliability/support/operator.ts'
import { type Cleanup, type Gateway, startGateway } from '../support/gateway.ts'
import { send } from '../support/http.ts'
import { noPostgres, startPostgres } from '../support/postgres.ts'
import { hmacHex } from '../support/sign.ts'

const token = 'the-token-in-the-url-0123456789'
const secret = 'the-secret-of-every-other-sender'
const hook = 'b537207f20cbfa02357cf448134da559e8bd39d61597dcd5631b8012eae53e81'

/** Where events are forwarded to: how it answers is the test's. */
const received: string[] = []
let answer = 204
const sink = createServer((request, response) => {
  received.push(String(request.headers['posthorn-event-id']))
  response.writeHead(answer).end()
})

async function post({ port }: Gateway, type: string): Promise<string> {
  const body = '{}'
  const headers = { 'content-type': 'application/json', 'x-webhook-signature': `sha256=${hmacHex(secret, body)}` }
  const { status, json } = await send(port, { path: `/webhook/${type}`, headers, body })
  assert.equal(status, 200)
  return (json as { id: string }).id
}

/** The ids of the stream's events, until there are so many. */
async function watch({ url }: Gateway, count: number, last?: string, begun = () => {}): Promise<string[]> {
  const ids: string[] = []
  const headers = { authorization: `Bearer ${adminToken}`, ...(last === undefined ? {} : { 'last-event-id': last }) }
  const response = await fetch(`${url}/api/stream`, { headers })
  const parser = createParser({
    onEvent({ id, event }) {
      if (event === 'event') ids.push(id ?? '')
    },
  })
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    parser.feed(decoder.decode(chunk, { stream: true }))
    begun()
    if (ids.length >= count) break
  }
  return ids
}

describe('two gateways on one database', { timeout: 120_000, skip: noPostgres }, () => {
  let a: Gateway
  let b: Gateway
  let destination: string
  // A hook that is registered within a hook runs as soon as that has ended.
  const cleanups: (() => Promise<void> | void)[] = []
  const cleanup: Cleanup = { after: (hook) => void cleanups.push(hook) }

  const isDone = ({ deliveries }: { deliveries: readonly { state: string }[] }) => deliveries[0]?.state === 'done'
  const isIn = (state: string) => (json: { destinations: readonly { state: string }[] }) =>
    json.destinations[0]?.state === state

  before(async () => {
    sink.listen(0, '127.0.0.1')
    await once(sink, 'listening')
    const url = `http://127.0.0.1:${(sink.address() as AddressInfo).port}/events`
    destination = `/destinations/${encodeURIComponent(forwardName(new URL(url)))}`
    const server = await startPostgres()
    cleanup.after(() => server.close())
    const env = {
      DATABASE_URL: await server.createDatabase(),
      ADMIN_TOKEN: adminToken,
      WEBHOOK_SECRET: secret,
      ASANA_WEBHOOK_VERIFY_TOKEN: token,
      FORWARD_URL: url,
    }
    ;[a, b] = await Promise.all([startGateway(cleanup, env), startGateway(cleanup, env)])
  })

  after(async () => {
    sink.closeAllConnections()
    sink.close()
    for (const clean of cleanups.toReversed()) await clean()
  })

  it('know of each other, and say which engine it is', async () => {
    const { store } = await askUntil(a.url, '/status', (status) => status.store.replicas === 2)
    assert.equal(store.engine, 'postgres')
  })

  it('show each other’s events in the stream, and miss none for who comes back', async () => {
    const begun = Promise.withResolvers<void>()
    const watched = watch(b, 20, undefined, begun.resolve)
    await begun.promise
    const ids = await Promise.all(Array.from({ length: 20 }, (_, n) => post(n % 2 === 0 ? a : b, `t${n}`)))
    const sorted = ids.toSorted()
    assert.deepEqual(await watched, sorted)
    assert.deepEqual(await watch(a, 15, sorted[4]), sorted.slice(5))
    for (const id of ids) await askUntil(a.url, `/events/${id}`, isDone)
  })

  it('verify with a secret that was brought to the other a moment ago', async () => {
    const event = (n: number) => {
      const body = `{"events":[${n}]}`
      const headers = { 'content-type': 'application/json', 'x-hook-signature': hmacHex(hook, body) }
      return { path: '/webhook/asana', headers, body }
    }
    assert.equal((await send(b.port, event(0))).status, 401)
    const path = `/webhook/asana?verify_token=${token}`
    assert.equal((await send(a.port, { path, headers: { 'x-hook-secret': hook } })).status, 200)
    assert.equal((await send(b.port, event(1))).status, 200)
    for (const { output } of [a, b]) assert.ok(!output().includes(hook))
  })

  it('heed a pause, and its end, that the other was told', async () => {
    await askUntil(a.url, '/destinations', ({ destinations }) => destinations[0].pending === 0)
    const before = received.length
    await ask(a.url, 'POST', `${destination}/pause`)
    assert.ok(isIn('paused')(await ask(b.url, 'GET', '/destinations')))
    const ids = [await post(a, 'one'), await post(b, 'two')]
    await askUntil(b.url, '/destinations', ({ destinations }) => destinations[0].pending === 2)
    assert.equal(received.length, before)
    await ask(b.url, 'POST', `${destination}/resume`)
    for (const id of ids) await askUntil(a.url, `/events/${id}`, isDone)
    assert.deepEqual(received.slice(before).toSorted(), ids.toSorted())
  })

  it('disable a destination for each other when it says that it is gone', async () => {
    answer = 410
    await post(a, 'gone')
    await askUntil(b.url, '/destinations', isIn('disabled'))
    const waiting = await post(b, 'waits')
    answer = 204
    await ask(a.url, 'POST', `${destination}/enable`)
    await askUntil(b.url, `/events/${waiting}`, isDone)
  })

  const slow = { kind: 'replay', filter: { state: 'done', type: 't1' }, ratePerSecond: 0.5 }

  it('show and cancel each other’s jobs', async () => {
    const { id } = await ask(a.url, 'POST', '/jobs', slow)
    assert.equal((await ask(b.url, 'GET', '/jobs')).jobs[0].id, id)
    assert.equal((await ask(b.url, 'DELETE', `/jobs/${id}`)).state, 'cancelled')
    assert.equal((await ask(a.url, 'GET', `/jobs/${id}`)).state, 'cancelled')
  })

  it('leave a destination alone that the other found out to fail', async () => {
    answer = 500
    for (let n = 0; n < 25; n += 1) await post(a, 'fails')
    for (const { url } of [a, b]) await askUntil(url, '/destinations', isIn('failing'))
  })

  it('go on with the jobs of the other when it stops', async () => {
    const filter = { state: 'done' }
    const { id } = await ask(a.url, 'POST', '/jobs', { ...slow, filter, ratePerSecond: 5 })
    await askUntil(b.url, `/jobs/${id}`, ({ count }) => count > 0)
    assert.equal(await a.stop(), 0)
    const { count } = await askUntil(b.url, `/jobs/${id}`, ({ state }) => state === 'done')
    assert.ok(count >= 20)
    await b.logged(({ msg, job }) => msg === 'a job goes on' && job === id)
    assert.equal((await ask(b.url, 'GET', '/status')).store.replicas, 1)
  })
})

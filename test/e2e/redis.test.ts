import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { describe, it, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { type Gateway, runGateway, startGateway } from '../support/gateway.ts'
import { send } from '../support/http.ts'
import { noRedis, startRedis } from '../support/redis.ts'
import { durable } from '../support/redis-store.ts'
import { webhookSignature } from '../support/sign.ts'

const secret = 's'.repeat(32)
const forwardSecret = `whsec_${Buffer.alloc(32, 'f').toString('base64')}`

/** A destination that counts what it gets, by the event's id. */
async function startSink(t: TestContext) {
  const received = new Map<string, number>()
  const server = createServer((request, response) => {
    const id = String(request.headers['webhook-id'])
    received.set(id, (received.get(id) ?? 0) + 1)
    request.resume()
    response.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  return { received, url: `http://127.0.0.1:${address.port}/` }
}

async function post({ port }: Gateway, id: string) {
  const body = JSON.stringify({ id })
  const headers = { 'content-type': 'application/json', 'x-webhook-signature': webhookSignature(secret, body) }
  const { status, json } = await send(port, { path: '/webhook/order.paid', body, headers })
  return { status, ...(json as { id: string; duplicate: boolean }) }
}

describe('a gateway with REDIS_URL', { skip: noRedis }, () => {
  it('shares events, ids and deliveries with its replicas, and loses none with one that is killed', async (t) => {
    const redis = await startRedis(t, ...durable(), '--requirepass', 'p4ssword')
    redis.url.password = 'p4ssword'
    const sink = await startSink(t)
    const env = {
      REDIS_URL: redis.url.href,
      WEBHOOK_SECRET: secret,
      FORWARD_URL: sink.url,
      FORWARD_SECRET: forwardSecret,
    }
    const [a, b] = await Promise.all([startGateway(t, env), startGateway(t, env)])
    const ids = new Set<string>()
    for (let n = 0; n < 40; n++) {
      const [first, second] = await Promise.all([post(a, `e${n}`), post(b, `e${n}`)])
      assert.deepEqual([first.status, second.status, first.id], [200, 200, second.id])
      assert.equal(first.duplicate, !second.duplicate)
      ids.add(first.id)
    }
    await a.kill()
    for (let n = 40; n < 50; n++) ids.add((await post(b, `e${n}`)).id)
    assert.equal((await post(b, 'e0')).duplicate, true)
    const left = () => [...ids].filter((id) => !sink.received.has(id))
    // What the killed one had under way is delivered when its lease ends; all else at once.
    while (left().length > 10) await once(process.stdout, 'never', { signal: AbortSignal.timeout(20) }).catch(() => {})
    const { json } = await send(b.port, { method: 'GET', path: '/api/events?limit=100' })
    assert.equal((json as { events: unknown[] }).events.length, 50)
    assert.equal(await b.stop(), 0)
    assert.doesNotMatch(a.output() + b.output(), /p4ssword/)
  })

  it('does not start on a Redis that would lose events, and says so in one line', async (t) => {
    const redis = await startRedis(t, '--requirepass', 'p4ssword')
    redis.url.password = 'p4ssword'
    const { code, stdout, stderr } = await runGateway({ REDIS_URL: redis.url.href })
    assert.equal(code, 1)
    assert.match(stderr, /^REDIS_URL: Redis at 127\.0\.0\.1:\d+: it writes no log .*REDIS_DURABILITY=relaxed.*\n$/)
    assert.doesNotMatch(stderr + stdout, /p4ssword/)
    const relaxed = await startGateway(t, { REDIS_URL: redis.url.href, REDIS_DURABILITY: 'relaxed' })
    await relaxed.logged(({ level, msg }) => level === 40 && /writes no log/.test(msg))
    const { json } = await send(relaxed.port, { method: 'GET', path: '/api/overview' })
    const { store, warnings } = json as { store: { durability: string }; warnings: { text: string }[] }
    assert.match(store.durability, /may be lost/)
    assert.equal(warnings.filter(({ text }) => /^Redis at .*writes no log.*p4ssword/.test(text)).length, 0)
    assert.equal(warnings.filter(({ text }) => /^Redis at .*writes no log/.test(text)).length, 1)
    assert.equal(await relaxed.stop(), 0)
  })
})

it('a gateway without Redis loads nothing of it', async () => {
  const code = `
    import { createRequire } from 'node:module'
    await import('./src/gateway.ts')
    await import('./src/store/sqlite/store.ts')
    const loaded = Object.keys(createRequire(import.meta.url).cache)
    console.log(loaded.filter((path) => /node_modules.(?:ioredis|bullmq)/.test(path)).length)`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code])
  assert.equal(stdout.trim(), '0')
})

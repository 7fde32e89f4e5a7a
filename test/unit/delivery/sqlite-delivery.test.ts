import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { forwardName } from '../../../src/delivery/destination-name.ts'
import { createDestinations } from '../../../src/delivery/destinations.ts'
import { createDispatcher } from '../../../src/delivery/dispatcher.ts'
import { openSqliteStore } from '../../../src/store/sqlite/store.ts'
import type { Store } from '../../../src/store/types.ts'
import { answer, receiver, recordedLog, systemTime } from './support.ts'

/** A gateway's inside over a data directory: what a process has between its start and its end. */
async function run(directory: string, urls: readonly URL[], now: () => number, graceMs = 5_000) {
  const store = await openSqliteStore({ dataDir: directory, dedupRetentionMs: 86_400_000 })
  const destinations = await createDestinations({
    forwardUrls: urls.map(({ href }) => href),
    forwardSecret: null,
    handlersDir: join(directory, 'handlers'),
    deliveryConcurrency: 10,
    deliveryTimeoutMs: 15_000,
  })
  const log = recordedLog()
  const clock = systemTime(now)
  const dispatcher = createDispatcher({ store, destinations: destinations.list, log, clock, graceMs })
  return {
    store,
    log,
    dispatcher,
    async stop() {
      await dispatcher.stop()
      await destinations.close()
      await store.close()
    },
  }
}

async function dataDir(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'delivery-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  return directory
}

async function accept(store: Store, url: URL, body: Uint8Array, key: string): Promise<string> {
  const result = await store.accept({
    source: 'acme',
    type: 'user.created',
    externalId: key,
    dedupKey: `acme:${key}`,
    replay: null,
    receivedAt: Date.now(),
    headers: ['X-Shop', 'caf\u00e9', 'Content-Type', 'application/octet-stream'],
    body,
    destinations: [forwardName(url)],
  })
  return result.id
}

describe('delivery from the embedded store', () => {
  it('hands on exact bytes and headers, and goes on after a restart', async (t) => {
    const directory = await dataDir(t)
    const { url, next } = await receiver(t, answer(500), answer(200))
    const body = randomBytes(100_000)

    const first = await run(directory, [url], Date.now)
    first.dispatcher.start()
    const id = await accept(first.store, url, body, '1')
    first.dispatcher.wake()
    await next()
    await first.stop()
    const [failed] = (await readBack(directory, id)).deliveries
    assert.equal(failed?.state, 'pending')
    assert.equal(failed?.lastStatus, 500)

    // The next run begins when the delivery is due again.
    const second = await run(directory, [url], () => Date.now() + 7_000)
    second.dispatcher.start()
    const { request, body: received } = await next()
    await second.stop()
    assert.deepEqual(received, body)
    assert.equal(request.headers['x-shop'], 'caf\u00e9')
    assert.equal(request.headers['content-type'], 'application/octet-stream')
    assert.equal(request.headers['idempotency-key'], id)
    assert.equal(request.headers['posthorn-attempt'], '2')
    const [done] = (await readBack(directory, id)).deliveries
    assert.equal(done?.state, 'done')
    assert.equal(done?.lastStatus, 200)
  })

  it('makes an attempt that a stop broke off again at once in the next run', async (t) => {
    const directory = await dataDir(t)
    const { url, next } = await receiver(t, () => {}, answer(200))
    const first = await run(directory, [url], Date.now, 0)
    first.dispatcher.start()
    const id = await accept(first.store, url, Buffer.from('x'), '1')
    first.dispatcher.wake()
    await next()
    await first.stop()
    const second = await run(directory, [url], Date.now)
    second.dispatcher.start()
    await next()
    await second.stop()
    assert.equal((await readBack(directory, id)).deliveries[0]?.state, 'done')
  })

  it('loses nothing and repeats nothing over a thousand events and two destinations, one of them flaky', async (t) => {
    const directory = await dataDir(t)
    const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
    const good = await receiver(t, answer(200))
    const flakySeen = new Map<string, number>()
    const flaky = await receiver(t, (one) => {
      const key = hash(one.body)
      flakySeen.set(key, (flakySeen.get(key) ?? 0) + 1)
      answer(flakySeen.get(key) === 1 && one.body.length % 7 === 0 ? 503 : 200)(one)
    })
    let skew = 0
    const { store, dispatcher, stop } = await run(directory, [good.url, flaky.url], () => Date.now() + skew)
    dispatcher.start()
    const bodies = Array.from({ length: 1_000 }, (_, i) => Buffer.concat([Buffer.from(`${i}:`), randomBytes(i % 50)]))
    const destinations = [forwardName(good.url), forwardName(flaky.url)]
    const ids = await Promise.all(
      bodies.map(async (body, i) => {
        const result = await store.accept({
          source: 'acme',
          type: 'user.created',
          externalId: null,
          dedupKey: `acme:${i}`,
          replay: null,
          receivedAt: Date.now(),
          headers: [],
          body,
          destinations,
        })
        dispatcher.wake()
        return result.id
      }),
    )
    const retried = bodies.filter(({ length }) => length % 7 === 0).length
    while (flaky.received.length < 1_000) await flaky.next()
    skew = 7_000
    dispatcher.wake()
    while (flaky.received.length < 1_000 + retried || good.received.length < 1_000) {
      await (flaky.received.length < 1_000 + retried ? flaky : good).next()
    }
    await stop()
    assert.deepEqual(good.received.map(({ body }) => hash(body)).sort(), bodies.map(hash).sort())
    assert.equal(flakySeen.size, 1_000)
    assert.equal(flaky.received.length, 1_000 + retried)
    const reopened = await openSqliteStore({ dataDir: directory, dedupRetentionMs: 86_400_000 })
    for (const id of ids) {
      const event = await reopened.get(id)
      assert.deepEqual(
        event?.deliveries.map(({ state }) => state),
        ['done', 'done'],
      )
    }
    await reopened.close()
  })
})

async function readBack(directory: string, id: string) {
  const store = await openSqliteStore({ dataDir: directory, dedupRetentionMs: 86_400_000 })
  const event = await store.get(id)
  await store.close()
  assert.ok(event !== null)
  return event
}

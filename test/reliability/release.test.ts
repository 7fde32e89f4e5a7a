import assert from 'node:assert/strict'
import { test } from 'node:test'
import { webhookSignature } from '../support/sign.ts'
import { tempDir } from '../support/temp-dir.ts'
import { engines } from './support/engines.ts'
import { endAll, secret, startGateway } from './support/gateway.ts'
import { can } from './support/machine.ts'
import { adminToken, ask, askUntil } from './support/operator.ts'
import { listAll } from './support/reconcile.ts'
import { startSink } from './support/sink.ts'

/** No more than are kept of those that come in a second. */
const genuine = 16
const forged = 2
const concurrency = 2

interface Result {
  readonly id: string
  readonly outcome: string
  readonly eventId: string | null
}

/** Posts an event with this signature; resolves with the status. */
async function post(origin: string, body: string, key: string): Promise<number> {
  const headers = { 'content-type': 'application/json', 'x-webhook-signature': webhookSignature(key, body) }
  const answer = await fetch(`${origin}/webhook/order.created`, { method: 'POST', headers, body })
  await answer.body?.cancel()
  return answer.status
}

for (const engine of engines) {
  test(`of two replicas on one ${engine.name} the one that releases rejected requests is killed, and the other ends it`, {
    timeout: 120_000,
  }, async (t) => {
    if (!can(t, engine.lack)) return
    const server = await engine.start(t)
    const sink = await startSink()
    t.after(async () => {
      await endAll()
      await sink.close()
    })
    const env = {
      ...server.env,
      ADMIN_TOKEN: adminToken,
      FORWARD_URL: sink.url,
      DELIVERY_CONCURRENCY: String(concurrency),
      DELIVERY_TIMEOUT_SECONDS: '2',
    }
    // Some have an id of their own, the others are known by their place among the rejected ones alone.
    const bodies = Array.from({ length: genuine }, (_, n) =>
      JSON.stringify(n % 2 === 0 ? { id: `evt_${n}`, n } : { n }),
    )
    const wrong = await startGateway({
      dataDir: tempDir(),
      env: { ...env, WEBHOOK_SECRET: 'another than the senders have' },
    })
    for (const [n, body] of bodies.entries()) {
      if (n % (genuine / forged) === 0) assert.equal(await post(wrong.origin, body, 'a secret that nobody has'), 401)
      assert.equal(await post(wrong.origin, body, secret), 401)
    }
    const all = genuine + forged
    const { rejections } = await askUntil(
      wrong.origin,
      '/rejections?limit=100',
      (page) => page.rejections.length === all,
    )
    await wrong.end('SIGTERM')

    const doomed = await startGateway({ dataDir: tempDir(), env })
    const other = await startGateway({ dataDir: tempDir(), env })
    const { id } = await ask(doomed.origin, 'POST', '/rejections/release', { filter: {}, ratePerSecond: 10 })
    await askUntil(other.origin, `/jobs/${id}`, ({ count }) => count >= 5)
    await doomed.end('SIGKILL')
    const left = await ask(other.origin, 'GET', `/jobs/${id}`)
    assert.ok(left.state === 'running' && left.count < all, `${left.state} after ${left.count}`)

    const ended = await askUntil(other.origin, `/jobs/${id}`, ({ state }) => state !== 'running')
    assert.deepEqual([ended.state, ended.count, ended.error], ['done', all, null])
    const results: readonly Result[] = ended.results
    assert.deepEqual(
      results.map((result) => result.id),
      rejections.map((one: { id: string }) => one.id).toReversed(),
      'each once, the oldest first',
    )
    assert.equal(results.filter(({ outcome }) => outcome === 'rejected').length, forged)
    const stillKept = await ask(other.origin, 'GET', '/rejections?limit=100')
    assert.equal(stillKept.rejections.length, forged, 'what was taken is let go of')
    const eventIds = results.flatMap(({ eventId }) => eventId ?? [])
    await sink.tookAll(eventIds)
    assert.equal(other.output().match(/"msg":"a job goes on"/g)?.length, 1)
    assert.deepEqual(await other.end('SIGTERM'), { code: 0, signal: null })

    const store = await server.open()
    const stored = await Promise.all((await listAll(store)).map(async (event) => store.get(event.id)))
    await store.close()
    assert.deepEqual(
      stored.map((event) => Buffer.from(event?.body ?? []).toString()).toSorted(),
      bodies.toSorted(),
      'each event once',
    )
    assert.deepEqual(eventIds.toSorted(), stored.map((event) => event?.id).toSorted())
    assert.equal(sink.taken.size, genuine)
    const again = [...sink.taken.values()].reduce((sum, times) => sum + times - 1, 0)
    t.diagnostic(
      `release taken over, ${engine.name}: killed after ${left.count} of ${all}; ${stored.length} events stored, ` +
        `${sink.taken.size} handed on, ${again} again (bound ${concurrency})`,
    )
    assert.ok(again <= concurrency, 'only what was under way at the kill may be handed on again')
  })
}

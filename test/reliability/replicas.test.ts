import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tempDir } from '../support/temp-dir.ts'
import { engines } from './support/engines.ts'
import { testEvents } from './support/events.ts'
import { endAll, startGateway } from './support/gateway.ts'
import { can, needsProgram } from './support/machine.ts'
import { startProducers } from './support/producers.ts'
import { assertKept, listAll, reconcile, untilDone, verdict } from './support/reconcile.ts'
import { restartInTurn } from './support/rolling.ts'
import { startSink } from './support/sink.ts'

const concurrency = 10

for (const engine of engines) {
  test(`three replicas on one ${engine.name} restart one after the other and no request fails`, {
    timeout: 120_000,
  }, async (t) => {
    if (!can(t, engine.lack, needsProgram('haproxy'))) return
    const server = await engine.start(t)
    const sink = await startSink()
    t.after(async () => {
      await endAll()
      await sink.close()
    })
    const names = ['first', 'second', 'third']
    const { acked, requests, failures, balancer } = await restartInTurn({
      directory: tempDir(),
      names,
      start: (_name, port) =>
        startGateway({
          dataDir: tempDir(),
          env: { ...server.env, PORT: String(port), DRAIN_SECONDS: '3', FORWARD_URL: sink.url },
        }),
    })
    if (failures.length > 0) t.diagnostic(balancer)
    const store = await server.open()
    const stored = await listAll(store)
    await store.close()
    const again = [...sink.taken.values()].reduce((sum, times) => sum + times - 1, 0)
    t.diagnostic(
      `rolling restart, ${engine.name}: ${names.length} restarts, ${requests} requests, ${failures.length} failed; ` +
        `acked ${acked.size}, stored ${stored.length}, handed on ${sink.taken.size}, again ${again}`,
    )
    assert.deepEqual(failures.slice(0, 10), [])
    assert.deepEqual(new Set(stored.map(({ externalId }) => externalId)), acked)
    assert.equal(stored.length, acked.size)
    assert.equal(again, 0, 'who stops in order gives back what it has and records what it did')
  })

  test(`of two replicas on one ${engine.name} one is killed, and the other hands on what it had`, {
    timeout: 120_000,
  }, async (t) => {
    if (!can(t, engine.lack)) return
    const server = await engine.start(t)
    const sink = await startSink({ refuseOneIn: 16 })
    t.after(async () => {
      await endAll()
      await sink.close()
    })
    const env = {
      ...server.env,
      FORWARD_URL: sink.url,
      DELIVERY_CONCURRENCY: String(concurrency),
      DELIVERY_TIMEOUT_SECONDS: '2',
    }
    const gateways = [
      await startGateway({ dataDir: tempDir(), env }),
      await startGateway({ dataDir: tempDir(), env }),
    ] as const
    let [requests, killed] = [0, false]
    const { all, event } = testEvents('sharing')
    const origin = async () => gateways[killed ? 1 : requests++ % 2 === 0 ? 0 : 1].origin
    const { ledger, finish, abandon } = startProducers({ producers: 2, inFlight: 8, event, origin })
    t.after(abandon)
    await ledger.moreAcks(600)
    killed = true
    await gateways[0].end('SIGKILL')
    await ledger.moreAcks(300)
    await finish()
    await untilDone(server.open)
    assert.deepEqual(await gateways[1].end('SIGTERM'), { code: 0, signal: null })

    const found = await reconcile(server.open, ledger, all)
    const again = [...sink.taken.values()].reduce((sum, times) => sum + times - 1, 0)
    t.diagnostic(
      `one of two replicas killed, ${engine.name}: ${verdict(ledger, found)}; ${sink.taken.size} handed on, ` +
        `${again} again (bound ${2 * concurrency})`,
    )
    assertKept(found)
    assert.equal(sink.taken.size, found.events)
    assert.equal(ledger.count.unavailable, 0, 'the other one took everything')
    assert.ok(again <= 2 * concurrency, 'only what was under way at the kill may be handed on again')
  })
}

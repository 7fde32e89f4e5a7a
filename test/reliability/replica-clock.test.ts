import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tempDir } from '../support/temp-dir.ts'
import { engines } from './support/engines.ts'
import { testEvents } from './support/events.ts'
import { createFakeClock, needsFaketime } from './support/faketime.ts'
import { endAll, startGateway } from './support/gateway.ts'
import { can } from './support/machine.ts'
import { startProducers } from './support/producers.ts'
import { assertKept, listAll, openStore, reconcile, untilDone, verdict } from './support/reconcile.ts'
import { startSink } from './support/sink.ts'

const jumps = ['-1h', '+1h', '-3d', '+0', '+2h', '+0']
const acksBetween = 150
const concurrency = 10

for (const engine of engines) {
  test(`the clock of one of two replicas on one ${engine.name} jumps, and nothing is lost or doubled in the store`, {
    timeout: 120_000,
  }, async (t) => {
    if (!can(t, engine.lack, needsFaketime())) return
    const server = await engine.start(t)
    const sink = await startSink()
    t.after(async () => {
      await endAll()
      await sink.close()
    })
    const clock = createFakeClock(tempDir())
    const env = { ...server.env, FORWARD_URL: sink.url, DELIVERY_CONCURRENCY: String(concurrency) }
    const gateways = [
      await startGateway({ dataDir: tempDir(), env }),
      await startGateway({ dataDir: tempDir(), env: { ...env, ...clock.env } }),
    ] as const
    let requests = 0
    const { all, event } = testEvents('clocks')
    const origin = async () => gateways[requests++ % 2 === 0 ? 0 : 1].origin
    const { ledger, finish, abandon } = startProducers({ producers: 2, inFlight: 4, event, origin })
    t.after(abandon)
    for (const jump of jumps) {
      await ledger.moreAcks(acksBetween)
      clock.set(jump)
    }
    await ledger.moreAcks(acksBetween)
    await finish()
    await untilDone(server.open)
    for (const gateway of gateways) assert.deepEqual(await gateway.end('SIGTERM'), { code: 0, signal: null })

    const found = await reconcile(server.open, ledger, all)
    const store = await openStore(server.open)
    const ids = (await listAll(store)).map(({ id }) => id)
    await store.close()
    const again = [...sink.taken.values()].reduce((sum, times) => sum + times - 1, 0)
    t.diagnostic(
      `clock of one of two replicas, ${engine.name}: ${jumps.length} jumps; ${verdict(ledger, found)}; ` +
        `${sink.taken.size} handed on, ${again} again`,
    )
    assertKept(found)
    assert.equal(new Set(ids).size, ids.length, 'ids are unique')
    assert.equal(sink.taken.size, found.events)
    assert.equal(again, 0, 'nobody takes what another is at work on')
  })
}

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { tempDir } from '../support/temp-dir.ts'
import { endServers, engines, type Server } from './support/engines.ts'
import { createSender, testEvents } from './support/events.ts'
import { endAll, startGateway } from './support/gateway.ts'
import { can } from './support/machine.ts'
import { createNetwork, needsNetwork } from './support/network.ts'
import { startProducers } from './support/producers.ts'
import { assertKept, reconcile, untilDone, verdict } from './support/reconcile.ts'
import { startSink } from './support/sink.ts'

/** A way in which a server is away for a while. */
interface Outage {
  readonly name: string
  begin(): Promise<void> | void
  end(): Promise<void> | void
}

const acksBetween = 150
const refusedMeanwhile = 40
/**
 * The slowest answer there may be. An event waits a second for the store, but a machine that has other things to do may
 * take longer; a request that hangs waits for as long as the outage lasts, and more.
 */
const slowestMs = 5000

/** Load through one outage after another; the gateway is never restarted, so every request must be answered. */
async function outlast(t: TestContext, name: string, server: Server, outages: readonly Outage[]): Promise<number> {
  const sink = await startSink()
  const health = createSender(1)
  t.after(async () => {
    await health.close()
    await endAll()
    await sink.close()
  })
  // An attempt whose outcome could not be recorded is made again when its lease is over.
  const env = { ...server.env, FORWARD_URL: sink.url, DELIVERY_TIMEOUT_SECONDS: '2' }
  const gateway = await startGateway({ dataDir: tempDir(), env })
  const { all, event } = testEvents(name)
  const { ledger, finish, abandon } = startProducers({
    producers: 2,
    inFlight: 4,
    event,
    origin: async () => gateway.origin,
  })
  t.after(abandon)
  const statusOf = async () => (await health.get(gateway.origin, '/health')).status

  for (const { begin, end } of outages) {
    await ledger.moreAcks(acksBetween)
    await begin()
    const until = ledger.count.unavailable + refusedMeanwhile
    while (ledger.count.unavailable < until || (await statusOf()) !== 503) await pause(20)
    assert.deepEqual(await health.get(gateway.origin, '/health'), { status: 503, body: { status: 'unavailable' } })
    await end()
    while ((await statusOf()) !== 200) await pause(20)
  }
  await ledger.moreAcks(acksBetween)
  await finish()
  await untilDone(server.open)
  assert.deepEqual(await gateway.end('SIGTERM'), { code: 0, signal: null })

  const found = await reconcile(server.open, ledger, all)
  const unknown = [...ledger.acks.values()].filter((acks) => acks.every(({ duplicate }) => duplicate)).length
  t.diagnostic(
    `${name}, ${outages.map((outage) => outage.name).join(', ')}: ${verdict(ledger, found)}; ` +
      `${unknown} stored without anybody knowing, then known as duplicates; slowest answer ${ledger.slowestMs()} ms`,
  )
  assertKept(found)
  assert.equal(ledger.count.unanswered, 0)
  assert.equal(sink.taken.size, found.events)
  assert.ok(ledger.slowestMs() < slowestMs, 'an answer was waited for')
  return unknown
}

for (const engine of engines) {
  test(`${engine.name} restarts and hangs: 503 meanwhile, and no restart is needed`, {
    timeout: 120_000,
  }, async (t) => {
    if (!can(t, engine.lack)) return
    const server = await engine.start(t)
    await outlast(t, engine.name, server, [
      { name: 'stopped', begin: server.stop, end: server.start },
      { name: 'frozen', begin: server.freeze, end: server.thaw },
      { name: 'killed', begin: server.crash, end: server.start },
    ])
  })

  test(`the network to ${engine.name} is cut: 503 meanwhile, and what was stored all the same is known`, {
    timeout: 240_000,
  }, async (t) => {
    if (!can(t, engine.lack, needsNetwork())) return
    const network = createNetwork()
    t.after(async () => {
      await endAll()
      await endServers()
      network.remove()
    })
    const server = await engine.start(t, { host: network.host, under: network.under })
    // Often enough: at one cut all that is under way may be repeats of what is known.
    const dropped = { name: 'answers dropped', begin: () => network.cut('answers'), end: network.heal }
    const unknown = await outlast(t, engine.name, server, [
      ...Array.from({ length: 4 }, () => dropped),
      { name: 'everything dropped', begin: () => network.cut('everything'), end: network.heal },
    ])
    assert.ok(unknown > 0, 'no commit was unknown')
  })
}

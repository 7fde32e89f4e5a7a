import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { tempDir } from '../support/temp-dir.ts'
import { engines, type Server } from './support/engines.ts'
import { testEvents } from './support/events.ts'
import { endAll, type Gateway, startGateway } from './support/gateway.ts'
import { can } from './support/machine.ts'
import { type Ledger, startProducers } from './support/producers.ts'
import { assertKept, integrityOf, type Reconciled, reconcile, untilDone, verdict } from './support/reconcile.ts'
import { type Sink, startSink } from './support/sink.ts'

const rounds = Number(process.env['ROUNDS'] ?? 8)
const concurrency = 10
/** What the dispatcher may have handed on and not yet recorded: attempts under way, and as many that just ended. */
const unrecorded = 2 * concurrency

interface Scene {
  readonly ledger: Ledger
  readonly sink: Sink
  readonly found: Reconciled
}

/** Kills under load, round after round; then everything that was sent is held against what is there. */
async function killUnderLoad(server: Server | null, dataDir: string): Promise<Scene> {
  const sink = await startSink({ refuseOneIn: 16 })
  try {
    const env = {
      ...server?.env,
      FORWARD_URL: sink.url,
      DELIVERY_CONCURRENCY: String(concurrency),
      // Where others may have the store open, what was under way is tried again when its lease is over.
      DELIVERY_TIMEOUT_SECONDS: '2',
    }
    let gateway: Promise<Gateway> = startGateway({ dataDir, env })
    const { all, event } = testEvents('kill')
    const origin = async () => (await gateway).origin
    const { ledger, finish } = startProducers({ producers: 2, inFlight: 8, event, origin })
    const victims = ['gateway', ...(server === null ? [] : ['server']), ...(server?.crashPart ? ['part'] : [])]

    for (let round = 0; round < rounds; round++) {
      const current = await gateway
      await ledger.moreAcks(20 + Math.floor(Math.random() * 400))
      // Anywhere in a commit, not always right after one.
      await pause(Math.random() * 20)
      const victim = victims[round % victims.length]
      if (victim === 'gateway') {
        current.signal('SIGKILL')
        gateway = current.exited.then(() => startGateway({ dataDir, env }))
      } else if (victim === 'server') {
        await server?.crash()
        await server?.start()
      } else await server?.crashPart?.()
    }
    await finish()
    await sink.tookAll([...ledger.acks.values()].flatMap((acks) => acks.map(({ id }) => id)))
    // What was taken but not recorded when the gateway died is handed on again.
    if (server !== null) await untilDone(server.open)
    assert.deepEqual(await (await gateway).end('SIGTERM'), { code: 0, signal: null })
    const found = await reconcile(server?.open ?? dataDir, ledger, all)
    assert.equal(found.events, all.size, 'every event that was begun was acknowledged, so it is stored')
    return { ledger, sink, found }
  } finally {
    await endAll()
    await sink.close()
  }
}

for (const engine of [null, ...engines]) {
  const name = engine === null ? 'the embedded store' : engine.name
  test(`kill -9 under load loses nothing, accepts nothing twice and hands everything on: ${name}`, {
    timeout: 90_000 + rounds * 15_000,
  }, async (t) => {
    if (!can(t, engine?.lack ?? null)) return
    const dataDir = tempDir()
    const server = (await engine?.start(t)) ?? null
    const { ledger, sink, found } = await killUnderLoad(server, dataDir)
    const handedOnAgain = [...sink.taken.values()].reduce((sum, times) => sum + times - 1, 0)
    const bound = unrecorded * rounds
    t.diagnostic(
      `kill -9, ${name}: ${rounds} kills; ${verdict(ledger, found)}; ${sink.taken.size} handed on ` +
        `(${sink.refused()} refused at first), ${handedOnAgain} again (bound ${bound})`,
    )
    assertKept(found)
    assert.equal(found.open, 0)
    assert.ok(handedOnAgain <= bound, 'only what was under way at a kill may be handed on again')
    if (server === null) assert.equal(integrityOf(dataDir), 'ok')
  })
}

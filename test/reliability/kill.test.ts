import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { tempDir } from '../support/temp-dir.ts'
import { type TestEvent, testEvent } from './support/events.ts'
import { endAll, type Gateway, startGateway } from './support/gateway.ts'
import { startProducers } from './support/producers.ts'
import { integrityOf, reconcile } from './support/reconcile.ts'
import { startSink } from './support/sink.ts'

const rounds = Number(process.env['ROUNDS'] ?? 8)
const concurrency = 10
/** What the dispatcher may have handed on and not yet recorded: attempts under way, and as many that just ended. */
const unrecorded = 2 * concurrency

test('kill -9 under load loses nothing, accepts nothing twice and hands everything on', {
  timeout: 60_000 + rounds * 10_000,
}, async (t) => {
  const dataDir = tempDir()
  const sink = await startSink({ refuseOneIn: 16 })
  t.after(() => sink.close())
  t.after(endAll)
  const env = { FORWARD_URL: sink.url, DELIVERY_CONCURRENCY: String(concurrency) }
  let gateway: Promise<Gateway> = startGateway({ dataDir, env })

  const events = new Map<string, TestEvent>()
  const event = (n: number) => {
    const made = testEvent('kill', n)
    events.set(made.id, made)
    return made
  }
  const origin = async () => (await gateway).origin
  const { ledger, finish } = startProducers({ producers: 2, inFlight: 8, event, origin })

  for (let round = 0; round < rounds; round++) {
    const victim = await gateway
    await ledger.moreAcks(20 + Math.floor(Math.random() * 400))
    // Anywhere in a commit, not always right after one.
    await pause(Math.random() * 20)
    victim.signal('SIGKILL')
    gateway = victim.exited.then(() => startGateway({ dataDir, env }))
  }
  await finish()
  await sink.tookAll([...ledger.acks.values()].flatMap((acks) => acks.map(({ id }) => id)))
  const exit = await (await gateway).end('SIGTERM')
  assert.deepEqual(exit, { code: 0, signal: null })

  const { lost, altered, storedTwice, acceptedTwice, namedTwice, open, ...store } = await reconcile(
    dataDir,
    ledger,
    events,
  )
  const handedOnAgain = [...sink.taken.values()].reduce((sum, times) => sum + times - 1, 0)
  t.diagnostic(
    `kill -9: ${rounds} kills, ${ledger.count.acks} acks (${ledger.count.accepted} accepted), ` +
      `${ledger.count.unanswered} unanswered, ${store.events} stored, ${sink.taken.size} handed on ` +
      `(${sink.refused()} refused at first), lost ${lost}, stored twice ${storedTwice}, ` +
      `handed on again ${handedOnAgain} (bound ${unrecorded * rounds})`,
  )
  assert.deepEqual(
    { lost, altered, storedTwice, acceptedTwice, namedTwice, open },
    { lost: 0, altered: 0, storedTwice: 0, acceptedTwice: 0, namedTwice: 0, open: 0 },
  )
  assert.equal(store.events, events.size, 'every event that was begun was acknowledged, so it is stored')
  assert.ok(handedOnAgain <= unrecorded * rounds, 'only what was under way at a kill may be handed on again')
  assert.equal(integrityOf(dataDir), 'ok')
})

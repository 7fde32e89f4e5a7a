import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forwardName } from '../../src/delivery/destination-name.ts'
import { tempDir } from '../support/temp-dir.ts'
import { createSender, testEvent } from './support/events.ts'
import { endAll, startGateway } from './support/gateway.ts'
import { openStore } from './support/reconcile.ts'
import { startSteeredSink } from './support/steered-sink.ts'

const count = 25
const concurrency = 10

test('SIGTERM in the middle of attempts gives them back, counts none of them, and the next start makes them', {
  timeout: 60_000,
}, async (t) => {
  const dataDir = tempDir()
  const sink = await startSteeredSink('hold')
  const sender = createSender()
  t.after(async () => {
    await sender.close()
    await endAll()
    await sink.close()
  })
  const env = { FORWARD_URL: sink.url, DELIVERY_CONCURRENCY: String(concurrency) }
  const first = await startGateway({ dataDir, env })
  const ids: string[] = []
  for (let n = 0; n < count; n++) ids.push((await sender.post(first.origin, testEvent('stop', n))).id ?? '')
  await sink.until(({ length }) => length === concurrency)
  assert.deepEqual(await first.end('SIGTERM'), { code: 0, signal: null })

  const underWay = new Set(sink.arrivals.map(({ id }) => id))
  assert.equal(underWay.size, concurrency)
  const store = await openStore(dataDir)
  const outcomes: string[] = []
  for (const id of ids) {
    const [delivery] = (await store.get(id))?.deliveries ?? []
    assert.equal(delivery?.state, 'pending', `${id} waits for the next start`)
    outcomes.push(...(await store.attempts(id)).map(({ outcome }) => outcome))
  }
  // What has spent nothing is in the first attempt of its series again, and nobody takes the stop for a crash.
  const { leases } = await store.claim(
    [{ destination: forwardName(new URL(sink.url)), limit: count, leaseMs: 1_000 }],
    Date.now() + 60_000,
  )
  await store.settle(
    leases.map(({ destination, attempt, event }) => {
      return { eventId: event.id, destination, attempt, outcome: 'released', status: null, error: null }
    }),
    Date.now(),
  )
  await store.close()
  assert.deepEqual(outcomes, Array(concurrency).fill('released'))
  assert.equal(leases.length, count)
  for (const { attemptInSeries, crashes } of leases) assert.deepEqual([attemptInSeries, crashes], [1, 0])

  sink.steer(204)
  const second = await startGateway({ dataDir, env })
  await sink.until(() => sink.taken().size === count)
  assert.deepEqual(await second.end('SIGTERM'), { code: 0, signal: null })
  const taken = sink.taken()
  const again = [...taken.values()].filter((times) => times > 1).length
  t.diagnostic(
    `SIGTERM: ${count} waiting, ${concurrency} of them under way; ${taken.size} taken after it, ${again} twice`,
  )
  assert.deepEqual([...taken.keys()].toSorted(), ids.toSorted())
  assert.equal(again, 0)
})

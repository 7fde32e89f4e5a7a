import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forwardName } from '../../src/delivery/destination-name.ts'
import { holdAttempts } from './support/held-attempts.ts'
import { openStore } from './support/reconcile.ts'

const count = 25
const concurrency = 10

test('SIGTERM in the middle of attempts gives them back, counts none of them, and the next start makes them', {
  timeout: 60_000,
}, async (t) => {
  const { dataDir, sink, start, send } = await holdAttempts(t, concurrency)
  const first = await start()
  const ids = await send(first, count)
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
  const second = await start()
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

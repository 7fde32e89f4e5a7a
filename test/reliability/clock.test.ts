import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { tempDir } from '../support/temp-dir.ts'
import { createSender, type TestEvent, testEvent } from './support/events.ts'
import { createFakeClock, needsFaketime } from './support/faketime.ts'
import { endAll, type Gateway, startGateway } from './support/gateway.ts'
import { can } from './support/machine.ts'
import { listAll, openStore, reconcile } from './support/reconcile.ts'
import { startSink } from './support/sink.ts'

const day = 86_400_000
const perJump = 40

test('a clock that jumps neither doubles nor loses an event, and ids keep their order', {
  timeout: 60_000,
}, async (t) => {
  if (!can(t, needsFaketime())) return
  const directory = tempDir()
  const dataDir = join(directory, 'data')
  const clock = createFakeClock(directory)
  const sink = await startSink()
  const sender = createSender()
  t.after(async () => {
    await sender.close()
    await endAll()
    await sink.close()
  })
  const start = () => startGateway({ dataDir, env: { FORWARD_URL: sink.url, ...clock.env } })

  const events = new Map<string, TestEvent>()
  const acks = new Map<string, { id: string; duplicate: boolean }[]>()
  const ids: string[] = []
  let repeats = 0

  /** Sends everything that was ever sent again, then something new, and waits for it to be handed on. */
  async function check({ origin }: Gateway): Promise<void> {
    for (const event of events.values()) {
      const { status, id, duplicate } = await sender.post(origin, event)
      assert.deepEqual({ status, duplicate }, { status: 200, duplicate: true })
      acks.get(event.id)?.push({ id: id ?? '', duplicate: true })
      repeats++
    }
    for (let n = 0; n < perJump; n++) {
      const event = testEvent('clock', events.size)
      const { status, id, duplicate } = await sender.post(origin, event)
      assert.deepEqual({ status, duplicate }, { status: 200, duplicate: false })
      events.set(event.id, event)
      acks.set(event.id, [{ id: id ?? '', duplicate: false }])
      ids.push(id ?? '')
    }
    await sink.tookAll(ids)
  }

  const first = await start()
  await check(first)
  for (const jump of ['-3d', '+2h', '-1h']) {
    clock.set(jump)
    await check(first)
  }
  await first.end('SIGKILL')
  clock.set('-2d')
  const second = await start()
  await check(second)
  assert.deepEqual(await second.end('SIGTERM'), { code: 0, signal: null })

  assert.deepEqual(ids, ids.toSorted(), 'ids sort by the time of storing')
  assert.equal(new Set(ids).size, ids.length)
  const { lost, storedTwice, acceptedTwice, namedTwice, open } = await reconcile(dataDir, { acks }, events)
  const store = await openStore(dataDir)
  const times = (await listAll(store)).map(({ receivedAt }) => receivedAt)
  await store.close()
  const spread = Math.max(...times) - Math.min(...times)
  t.diagnostic(
    `clock: 4 jumps over ${(spread / day).toFixed(1)} days, one with a restart; ${ids.length} events, ` +
      `${repeats} repeats known, stored twice ${storedTwice}, lost ${lost}, open ${open}`,
  )
  assert.ok(spread > 3 * day, 'the clock did not jump')
  assert.deepEqual(
    { lost, storedTwice, acceptedTwice, namedTwice, open },
    { lost: 0, storedTwice: 0, acceptedTwice: 0, namedTwice: 0, open: 0 },
  )
})

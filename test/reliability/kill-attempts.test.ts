import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { tempDir } from '../support/temp-dir.ts'
import { createSender, testEvent } from './support/events.ts'
import { endAll, type Gateway, NotStartedError, startGateway } from './support/gateway.ts'
import { holdAttempts } from './support/held-attempts.ts'
import { adminToken, askUntil } from './support/operator.ts'
import { openStore } from './support/reconcile.ts'

const concurrency = 10

test('kill -9 in the middle of attempts, twice, and every event arrives all the same', {
  timeout: 60_000,
}, async (t) => {
  const { dataDir, sink, start, send } = await holdAttempts(t, concurrency)
  const acked: string[] = []
  for (let round = 0; round < 2; round++) {
    const gateway = await start()
    acked.push(...(await send(gateway, 20)))
    await sink.until(({ length }) => length === (round + 1) * concurrency)
    await gateway.end('SIGKILL')
  }
  const reached = sink.arrivals.length
  sink.steer(204)
  const last = await start()
  await sink.until(() => sink.taken().size === acked.length)
  assert.deepEqual(await last.end('SIGTERM'), { code: 0, signal: null })

  const taken = sink.taken()
  const twice = [...taken.values()].filter((times) => times > 1).length
  const store = await openStore(dataDir)
  const open: string[] = []
  let crashed = 0
  for (const id of acked) {
    if ((await store.get(id))?.deliveries[0]?.state !== 'done') open.push(id)
    crashed += (await store.attempts(id)).filter(({ outcome }) => outcome === 'crashed').length
  }
  await store.close()
  t.diagnostic(
    `kill -9 in attempts: 2 kills with ${concurrency} attempts under way each, ${acked.length} acked, ` +
      `${taken.size} taken, ${twice} of them twice, ${crashed} attempts recorded as crashed`,
  )
  assert.deepEqual([...taken.keys()].toSorted(), acked.toSorted())
  assert.deepEqual({ twice, open, crashed }, { twice: 0, open: [], crashed: reached })
})

/** A handler that takes the process with it, as one that uses up all memory does. */
const poison = `export default async ({ text }) => {
  if (text().includes('poison')) process.kill(process.pid, 'SIGKILL')
}
`

test('an event whose handler kills the process is given up after three times, and the others arrive', {
  timeout: 60_000,
}, async (t) => {
  const dataDir = tempDir()
  const handlers = join(tempDir(), 'handlers')
  mkdirSync(handlers)
  writeFileSync(join(handlers, '_all.ts'), poison)
  const sender = createSender()
  t.after(async () => {
    await sender.close()
    await endAll()
  })
  const env = { HANDLERS_DIR: handlers, DELIVERY_CONCURRENCY: '1', ADMIN_TOKEN: adminToken }
  const first = await startGateway({ dataDir, env })
  const { id: poisoned = '' } = await sender.post(first.origin, testEvent('poison', 1))
  let deaths = (await first.exited).signal === 'SIGKILL' ? 1 : 0

  let gateway: Gateway | null = null
  while (gateway === null) {
    // It may die before it is ready as well as after.
    const started = await startGateway({ dataDir, env }).catch((error: unknown) => {
      if (error instanceof NotStartedError && error.exit.signal === 'SIGKILL') return null
      throw error
    })
    if (started !== null && (await isGivenUp(started, poisoned))) gateway = started
    else deaths++
    assert.ok(deaths <= 3, 'it must not go on for ever')
  }
  const ids: string[] = []
  for (let n = 0; n < 5; n++) ids.push((await sender.post(gateway.origin, testEvent('innocent', n))).id ?? '')
  for (const id of ids)
    await askUntil(gateway.origin, `/events/${id}`, ({ deliveries }) => deliveries[0].state === 'done')
  assert.deepEqual(await gateway.end('SIGTERM'), { code: 0, signal: null })

  const store = await openStore(dataDir)
  const [delivery] = (await store.get(poisoned))?.deliveries ?? []
  const outcomes = (await store.attempts(poisoned)).map(({ outcome }) => outcome)
  await store.close()
  t.diagnostic(`poison: the process died ${deaths} times, then the event was given up and ${ids.length} others arrived`)
  assert.equal(deaths, 3)
  assert.equal(delivery?.state, 'dead')
  assert.match(delivery?.lastError ?? '', /^given up: the process ended during the last 3 attempts/)
  assert.deepEqual(outcomes.slice(0, 3), ['crashed', 'crashed', 'crashed'])
})

/** False: the process ended meanwhile. */
function isGivenUp({ origin, exited }: Gateway, id: string): Promise<boolean> {
  const dead = askUntil(origin, `/events/${id}`, ({ deliveries }) => deliveries[0].state === 'dead').then(
    () => true,
    () => false,
  )
  return Promise.race([dead, exited.then(() => false)])
}

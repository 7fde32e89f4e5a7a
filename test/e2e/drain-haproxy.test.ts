import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { createSender, testEvent } from '../reliability/support/events.ts'
import { endAll, type Gateway, startGateway } from '../reliability/support/gateway.ts'
import { freePort, startHaproxy } from '../reliability/support/haproxy.ts'
import { can, needsProgram } from '../reliability/support/machine.ts'
import { listAll, openStore } from '../reliability/support/reconcile.ts'
import { tempDir } from '../support/temp-dir.ts'

const connections = 40
const answersBetween = 500

test('gateways behind a load balancer restart one after the other and no request fails', {
  timeout: 90_000,
}, async (t) => {
  if (!can(t, needsProgram('haproxy'))) return
  const directory = tempDir()
  const ports: Record<string, number> = { first: await freePort(), second: await freePort() }
  const dataDir = (name: string) => join(directory, name)
  const start = (name: string): Promise<Gateway> =>
    startGateway({ dataDir: dataDir(name), env: { PORT: String(ports[name]), DRAIN_SECONDS: '3' } })
  const balancer = await startHaproxy(directory, ports)
  const sender = createSender(connections)
  t.after(async () => {
    await sender.close()
    await balancer.stop()
    await endAll()
  })
  const gateways = new Map<string, Gateway>()
  for (const name of Object.keys(ports)) gateways.set(name, await start(name))
  for (const name of gateways.keys()) await balancer.isUp(name)

  const acked = new Set<string>()
  const failures: string[] = []
  let stop = false
  let next = 0
  let answers = 0
  const send = async () => {
    while (!stop) {
      const event = testEvent('drain', next++)
      try {
        const { status, id } = await sender.post(balancer.origin, event)
        if (status === 200 && id !== undefined) acked.add(event.id)
        else failures.push(`${event.id}: ${status}`)
      } catch (error) {
        failures.push(`${event.id}: ${error instanceof Error ? error.message : 'no answer'}`)
      }
      answers++
    }
  }
  const load = Promise.all(Array.from({ length: connections }, send))
  const moreAnswers = async () => {
    const enough = answers + answersBetween
    while (answers < enough) await pause(10)
  }

  for (const [name, gateway] of [...gateways]) {
    await moreAnswers()
    assert.deepEqual(await gateway.end('SIGTERM'), { code: 0, signal: null })
    gateways.set(name, await start(name))
    await balancer.isUp(name)
  }
  await moreAnswers()
  stop = true
  await load
  const said = await balancer.stop()
  if (failures.length > 0) t.diagnostic(said)
  for (const gateway of gateways.values()) assert.deepEqual(await gateway.end('SIGTERM'), { code: 0, signal: null })

  const stored: (string | null)[] = []
  for (const name of gateways.keys()) {
    const store = await openStore(dataDir(name))
    stored.push(...(await listAll(store)).map(({ externalId }) => externalId))
    await store.close()
  }
  t.diagnostic(
    `rolling restart: ${gateways.size} restarts, ${answers} requests, ${failures.length} failed, ${stored.length} stored`,
  )
  assert.deepEqual(failures.slice(0, 10), [])
  assert.deepEqual(new Set(stored), acked)
  assert.equal(stored.length, acked.size)
})

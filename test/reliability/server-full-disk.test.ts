import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { tempDir } from '../support/temp-dir.ts'
import { mountSmallDisk } from './support/disk.ts'
import { endServers, engines } from './support/engines.ts'
import { createSender, testEvents } from './support/events.ts'
import { endAll, startGateway } from './support/gateway.ts'
import { can, needsMount } from './support/machine.ts'
import { startProducers } from './support/producers.ts'
import { assertKept, reconcile, verdict } from './support/reconcile.ts'

const refusedWhenFull = 200

for (const engine of engines) {
  test(`the disk of ${engine.name} is full and then is not: 503 meanwhile, and no gateway is restarted`, {
    timeout: 120_000,
  }, async (t) => {
    if (!can(t, engine.lack, needsMount(tempDir(), 'tmpfs'))) return
    const disk = mountSmallDisk(tempDir(), '160m')
    const sender = createSender()
    t.after(async () => {
      await sender.close()
      await endAll()
      await endServers()
      disk.unmount()
    })
    const server = await engine.start(t, { directory: disk.directory })
    const gateway = await startGateway({ dataDir: tempDir(), env: server.env })
    const { all, event } = testEvents('full')
    const origin = async () => gateway.origin
    const { ledger, finish, abandon } = startProducers({ producers: 2, inFlight: 8, event, origin })
    t.after(abandon)
    await ledger.moreAcks(300)
    disk.fill(0)
    while (ledger.count.unavailable < refusedWhenFull) await pause(20)
    const health = await sender.get(gateway.origin, '/health')
    const gaveUp = !server.isRunning()
    disk.empty()
    // Who looks after it starts it again once there is room.
    if (gaveUp) await server.start()
    await ledger.moreAcks(300)
    await finish()
    // What was found out about the store is believed for a second.
    while ((await sender.get(gateway.origin, '/health')).status !== 200) await pause(20)
    assert.deepEqual(await gateway.end('SIGTERM'), { code: 0, signal: null })

    const found = await reconcile(server.open, ledger, all)
    t.diagnostic(
      `full disk, ${engine.name}: ${verdict(ledger, found)}; the server ${gaveUp ? 'gave up and was started again' : 'stayed'}`,
    )
    assert.deepEqual(health, { status: 503, body: { status: 'unavailable' } })
    assertKept(found)
    assert.equal(ledger.count.unanswered, 0)
  })
}

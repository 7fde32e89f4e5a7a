import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { tempDir } from '../support/temp-dir.ts'
import { createImageDisk, type ImageDisk } from './support/disk.ts'
import { type Engine, endServers, engines, type Server } from './support/engines.ts'
import { type TestEvent, testEvents } from './support/events.ts'
import { endAll, startGateway } from './support/gateway.ts'
import { can, needsMount, needsProgram, needsStrace } from './support/machine.ts'
import { type Ack, startProducers } from './support/producers.ts'
import { assertKept, integrityOf, reconcile } from './support/reconcile.ts'
import { strace } from './support/strace.ts'

const rounds = Number(process.env['ROUNDS'] ?? 3)
const acksPerRound = 300

/** A disk of its own; every disk that came of it is unmounted in the end. */
function diskFor(t: TestContext): { current: ImageDisk; dataDir(): string } {
  const disk = { current: createImageDisk(tempDir()), dataDir: () => join(disk.current.directory, 'data') }
  t.after(async () => {
    await endAll()
    await endServers()
    disk.current.unmount()
  })
  return disk
}

for (const engine of [null, ...engines]) {
  const name = engine === null ? 'the embedded store' : engine.name
  test(`what is acknowledged survives a loss of power: ${name}`, { timeout: 60_000 + rounds * 30_000 }, async (t) => {
    if (!can(t, engine?.lack ?? null, needsProgram('mkfs.ext4'), needsMount(tempDir(), 'loop'))) return
    const disk = diskFor(t)
    const events = new Map<string, TestEvent>()
    const acks = new Map<string, readonly Ack[]>()
    const total = { acks: 0, lost: 0 }

    for (let round = 0; round < rounds; round++) {
      const server = (await engine?.start(t, { directory: disk.current.directory })) ?? null
      const dataDir = server === null ? disk.dataDir() : tempDir()
      const gateway = await startGateway({ dataDir, env: server?.env ?? {} })
      const { all, event } = testEvents(`power-${round}`)
      const origin = async () => gateway.origin
      const { ledger, abandon } = startProducers({ producers: 2, inFlight: 8, event, origin })
      await ledger.moreAcks(acksPerRound)
      // Whoever writes first: nothing may reach the disk after it.
      if (server === null) gateway.signal('SIGKILL')
      else await server.crash()
      gateway.signal('SIGKILL')
      await gateway.exited
      disk.current = disk.current.losePower()
      await abandon()

      for (const [id, heard] of ledger.acks) acks.set(id, heard)
      for (const [id, sent] of all) events.set(id, sent)
      const after = (await engine?.start(t, { directory: disk.current.directory })) ?? null
      const found = await reconcile(after?.open ?? disk.dataDir(), { acks }, events)
      await after?.crash()
      total.acks += ledger.count.acks
      total.lost += found.lost
      assertKept(found)
      if (engine === null) assert.equal(integrityOf(disk.dataDir()), 'ok')
    }
    t.diagnostic(
      `power loss, ${name}: ${rounds} losses; acked ${total.acks} (${acks.size} events), lost ${total.lost}, ` +
        'stored twice 0, accepted twice 0',
    )
  })
}

test('a disk that only says it has synced is found out by the same means', { timeout: 60_000 }, async (t) => {
  if (!can(t, needsProgram('mkfs.ext4'), needsMount(tempDir(), 'loop'), needsStrace())) return
  const disk = diskFor(t)
  await (await startGateway({ dataDir: disk.dataDir() })).end('SIGTERM')

  const under = strace('fsync', 'retval=0', '/dev/null')
  const gateway = await startGateway({ dataDir: disk.dataDir(), under })
  const { all, event } = testEvents('lie')
  const { ledger, abandon } = startProducers({ producers: 1, inFlight: 8, event, origin: async () => gateway.origin })
  await ledger.moreAcks(acksPerRound)
  gateway.signal('SIGKILL')
  await gateway.exited
  disk.current = disk.current.losePower()
  await abandon()

  const { lost } = await reconcile(disk.dataDir(), ledger, all)
  t.diagnostic(`power loss on a disk that lies: ${ledger.count.acks} acks, lost ${lost}`)
  assert.ok(lost > 0, 'this proof would not notice a loss')
})

for (const engine of engines) {
  test(`a ${engine.name} that answers too early is found out by the same means, and warned of`, {
    timeout: 90_000,
  }, async (t) => {
    if (!can(t, engine.lack, needsProgram('mkfs.ext4'), needsMount(tempDir(), 'loop'))) return
    const disk = diskFor(t)
    const dataDir = tempDir()
    const careful = await engine.start(t, { directory: disk.current.directory })
    await (await startGateway({ dataDir, env: careful.env })).end('SIGTERM')
    await careful.stop()

    const careless = await engine.start(t, { directory: disk.current.directory, careless: true })
    const gateway = await startGateway({ dataDir, env: careless.env })
    assert.match(gateway.output(), /a loss of power/, 'the operator is told')
    const { all, event } = testEvents('careless')
    const { ledger, abandon } = startProducers({ producers: 1, inFlight: 8, event, origin: async () => gateway.origin })
    await ledger.moreAcks(acksPerRound)
    await careless.crash()
    gateway.signal('SIGKILL')
    await gateway.exited
    disk.current = disk.current.losePower()
    await abandon()

    const lost = await lostOn(engine, t, disk.current, async ({ open }) => (await reconcile(open, ledger, all)).lost)
    t.diagnostic(
      `power loss, ${engine.name} without care: acked ${ledger.count.acks}, lost ${lost ?? 'all: it does not start'}`,
    )
    assert.ok(lost === null || lost > 0, 'this proof would not notice a loss')
  })
}

/** Null: the server cannot even start on what is left. */
async function lostOn(
  engine: Engine,
  t: TestContext,
  { directory }: ImageDisk,
  count: (server: Server) => Promise<number>,
): Promise<number | null> {
  const server = await engine.start(t, { directory }).catch(() => null)
  if (server === null) return null
  const lost = await count(server)
  await server.crash()
  return lost
}

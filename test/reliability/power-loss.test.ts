import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { tempDir } from '../support/temp-dir.ts'
import { createImageDisk, type ImageDisk } from './support/disk.ts'
import { type TestEvent, testEvent } from './support/events.ts'
import { endAll, startGateway } from './support/gateway.ts'
import { can, needsMount, needsProgram, needsStrace } from './support/machine.ts'
import { startProducers } from './support/producers.ts'
import { integrityOf, reconcile } from './support/reconcile.ts'
import { strace } from './support/strace.ts'

const rounds = Number(process.env['ROUNDS'] ?? 3)
const acksPerRound = 300

/** A new data directory on a disk of its own; every disk that came of it is unmounted in the end. */
function disks(t: TestContext): { current: ImageDisk; dataDir(): string } {
  const disk = { current: createImageDisk(tempDir()), dataDir: () => join(disk.current.directory, 'data') }
  t.after(async () => {
    await endAll()
    disk.current.unmount()
  })
  return disk
}

test('what is acknowledged survives a loss of power', { timeout: 60_000 + rounds * 10_000 }, async (t) => {
  if (!can(t, needsProgram('mkfs.ext4'), needsMount(tempDir(), 'loop'))) return
  const disk = disks(t)
  const events = new Map<string, TestEvent>()
  const acks = new Map<string, { id: string; duplicate: boolean }[]>()
  const total = { acks: 0, lost: 0 }

  for (let round = 0; round < rounds; round++) {
    const gateway = await startGateway({ dataDir: disk.dataDir() })
    const event = (n: number) => remember(events, testEvent(`power-${round}`, n))
    const { ledger, abandon } = startProducers({ producers: 2, inFlight: 8, event, origin: async () => gateway.origin })
    await ledger.moreAcks(acksPerRound)
    gateway.signal('SIGKILL')
    await gateway.exited
    disk.current = disk.current.losePower()
    await abandon()

    for (const [id, heard] of ledger.acks) acks.set(id, [...heard])
    const { lost, altered, storedTwice, acceptedTwice, namedTwice } = await reconcile(disk.dataDir(), { acks }, events)
    total.acks += ledger.count.acks
    total.lost += lost
    assert.deepEqual(
      { lost, altered, storedTwice, acceptedTwice, namedTwice },
      { lost: 0, altered: 0, storedTwice: 0, acceptedTwice: 0, namedTwice: 0 },
    )
    assert.equal(integrityOf(disk.dataDir()), 'ok')
  }
  t.diagnostic(`power loss: ${rounds} losses, ${total.acks} acks of ${acks.size} events, lost ${total.lost}`)
})

test('a disk that only says it has synced is found out by the same means', { timeout: 60_000 }, async (t) => {
  if (!can(t, needsProgram('mkfs.ext4'), needsMount(tempDir(), 'loop'), needsStrace())) return
  const disk = disks(t)
  await (await startGateway({ dataDir: disk.dataDir() })).end('SIGTERM')

  const under = strace('fsync', 'retval=0', '/dev/null')
  const gateway = await startGateway({ dataDir: disk.dataDir(), under })
  const events = new Map<string, TestEvent>()
  const event = (n: number) => remember(events, testEvent('lie', n))
  const { ledger, abandon } = startProducers({ producers: 1, inFlight: 8, event, origin: async () => gateway.origin })
  await ledger.moreAcks(acksPerRound)
  gateway.signal('SIGKILL')
  await gateway.exited
  disk.current = disk.current.losePower()
  await abandon()

  const { lost } = await reconcile(disk.dataDir(), ledger, events)
  t.diagnostic(`power loss on a disk that lies: ${ledger.count.acks} acks, lost ${lost}`)
  assert.ok(lost > 0, 'this proof would not notice a loss')
})

function remember(events: Map<string, TestEvent>, event: TestEvent): TestEvent {
  events.set(event.id, event)
  return event
}

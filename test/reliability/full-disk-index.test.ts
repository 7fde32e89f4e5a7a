import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { tempDir } from '../support/temp-dir.ts'
import { mountSmallDisk } from './support/disk.ts'
import { createSender, type TestEvent, testEvent } from './support/events.ts'
import { endAll, startGateway } from './support/gateway.ts'
import { can, needsMount } from './support/machine.ts'
import { integrityOf, reconcile } from './support/reconcile.ts'

/** A frame is a page and its header. https://www.sqlite.org/fileformat2.html#walformat */
const frameBytes = 4096 + 24
/** One block of the log's index in shared memory is 32 KiB and covers 4,096 frames, the first one 34 fewer. */
const framesPerBlock = 4096
const framesInFirst = framesPerBlock - 34

// The index of the log is memory mapped: writing to a page that the disk has no room for would be a SIGBUS.
test('the index of the log does not bring down the gateway when it has no room to grow', {
  timeout: 90_000,
}, async (t) => {
  if (!can(t, needsMount(tempDir(), 'tmpfs'))) return
  const disk = mountSmallDisk(tempDir(), '256m')
  const sender = createSender()
  let reader: DatabaseSync | null = null
  t.after(async () => {
    reader?.close()
    await sender.close()
    await endAll()
    disk.unmount()
  })
  const dataDir = join(disk.directory, 'data')
  const gateway = await startGateway({ dataDir })
  const events = new Map<string, TestEvent>()
  const acks = new Map<string, { id: string; duplicate: boolean }[]>()
  const send = async (size: number): Promise<number> => {
    const event = testEvent('index', events.size, size)
    events.set(event.id, event)
    const { status, id } = await sender.post(gateway.origin, event)
    if (status === 200) acks.set(event.id, [{ id: id ?? '', duplicate: false }])
    return status
  }
  const frames = () => Math.floor((statSync(join(dataDir, 'posthorn.db-wal')).size - 32) / frameBytes)

  // As long as someone reads from before, the log cannot start anew and its index must grow.
  reader = new DatabaseSync(join(dataDir, 'posthorn.db'), { readOnly: true })
  reader.exec('BEGIN')
  reader.prepare('SELECT count(*) FROM events').get()

  const told: string[] = []
  for (const [block, room] of [8, 56, 62, 68, 74, 80].entries()) {
    const edge = framesInFirst + block * framesPerBlock
    while (frames() < edge - 200) assert.equal(await send(60_000), 200)
    while (frames() < edge - 12) assert.equal(await send(100), 200)
    disk.fill(room * 1024)
    let refused = 0
    for (let n = 0; n < 30; n++) if ((await send(3000)) === 503) refused++
    assert.ok(refused > 0, 'there was room')
    disk.empty()
    assert.equal(await send(100), 200, 'room again')
    told.push(`${room} KiB of room at frame ${edge}: ${refused} × 503`)
  }
  reader.exec('COMMIT')
  assert.deepEqual(await gateway.end('SIGTERM'), { code: 0, signal: null })
  // A full log says that the disk is full; only its index, that it cannot grow.
  const failedToGrow = gateway.output().split('disk I/O error').length - 1
  const { lost, altered, storedTwice } = await reconcile(dataDir, { acks }, events)
  t.diagnostic(
    `log index on a full disk: ${told.join(', ')}; index could not grow ${failedToGrow} times; ${acks.size} acks, lost ${lost}`,
  )
  assert.deepEqual({ lost, altered, storedTwice }, { lost: 0, altered: 0, storedTwice: 0 })
  assert.equal(integrityOf(dataDir), 'ok')
  assert.ok(failedToGrow > 0, 'the index never was what had no room')
})

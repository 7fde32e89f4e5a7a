import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { tempDir } from '../support/temp-dir.ts'
import { mountSmallDisk } from './support/disk.ts'
import { createSender, type Sender, type TestEvent, testEvent } from './support/events.ts'
import { endAll, type Gateway, NotStartedError, startGateway } from './support/gateway.ts'
import { can, needsMount } from './support/machine.ts'
import { integrityOf, reconcile } from './support/reconcile.ts'

interface Account {
  readonly events: Map<string, TestEvent>
  readonly acks: Map<string, { id: string; duplicate: boolean }[]>
  unavailable: number
}

/** Sends events, some at once, until `enough` says so; none is tried again. */
async function send(
  sender: Sender,
  { origin }: Gateway,
  account: Account,
  enough: (status: number) => boolean,
): Promise<void> {
  let stop = false
  const one = async () => {
    while (!stop) {
      const event = testEvent('full', account.events.size, 3000)
      account.events.set(event.id, event)
      const { status, id, duplicate, retryAfter } = await sender.post(origin, event)
      if (status === 200) account.acks.set(event.id, [{ id: id ?? '', duplicate: duplicate === true }])
      else {
        assert.equal(status, 503)
        assert.match(retryAfter ?? '', /^\d+$/)
        account.unavailable++
      }
      if (enough(status)) stop = true
    }
  }
  await Promise.all(Array.from({ length: 8 }, one))
}

test('a full disk refuses, and takes events again as soon as there is room', { timeout: 60_000 }, async (t) => {
  if (!can(t, needsMount(tempDir(), 'tmpfs'))) return
  const disk = mountSmallDisk(tempDir(), '3m')
  const sender = createSender()
  t.after(async () => {
    await sender.close()
    await endAll()
    disk.unmount()
  })
  const dataDir = join(disk.directory, 'data')
  const gateway = await startGateway({ dataDir })
  const account: Account = { events: new Map(), acks: new Map(), unavailable: 0 }

  let refused = 0
  await send(sender, gateway, account, (status) => status === 503 && ++refused >= 2000)
  assert.deepEqual(await sender.get(gateway.origin, '/health'), { status: 503, body: { status: 'unavailable' } })
  const whenFull = account.acks.size

  disk.resize('24m')
  while ((await sender.get(gateway.origin, '/health')).status !== 200) await pause(50)
  let accepted = 0
  await send(sender, gateway, account, (status) => status === 200 && ++accepted >= 500)
  assert.deepEqual(await gateway.end('SIGTERM'), { code: 0, signal: null })

  const { lost, altered, storedTwice } = await reconcile(dataDir, account, account.events)
  t.diagnostic(
    `full disk: ${whenFull} accepted until it was full, ${account.unavailable} × 503, ` +
      `${account.acks.size - whenFull} accepted after it grew, without a restart; lost ${lost}`,
  )
  assert.deepEqual({ lost, altered, storedTwice }, { lost: 0, altered: 0, storedTwice: 0 })
  assert.ok(whenFull > 0)
  assert.equal(integrityOf(dataDir), 'ok')
})

test('opening on a full disk, without room for shared memory even, ends with a reason', {
  timeout: 60_000,
}, async (t) => {
  if (!can(t, needsMount(tempDir(), 'tmpfs'))) return
  const disk = mountSmallDisk(tempDir(), '3m')
  const sender = createSender()
  t.after(async () => {
    await sender.close()
    await endAll()
    disk.unmount()
  })
  const dataDir = join(disk.directory, 'data')
  const account: Account = { events: new Map(), acks: new Map(), unavailable: 0 }
  const first = await startGateway({ dataDir })
  let accepted = 0
  await send(sender, first, account, () => ++accepted >= 20)
  await first.end('SIGKILL')

  const exits: string[] = []
  for (let room = 0; room <= 32; room += 8) {
    rmSync(join(dataDir, 'posthorn.db-shm'), { force: true })
    disk.fill(room * 1024)
    try {
      assert.deepEqual(await (await startGateway({ dataDir })).end('SIGKILL'), { code: null, signal: 'SIGKILL' })
      exits.push('started')
    } catch (error) {
      if (!(error instanceof NotStartedError)) throw error
      assert.deepEqual(error.exit, { code: 1, signal: null })
      assert.match(error.message, /DATA_DIR: .*: /)
      exits.push('refused')
    } finally {
      disk.empty()
    }
  }
  assert.deepEqual(await (await startGateway({ dataDir })).end('SIGTERM'), { code: 0, signal: null })
  const { lost, altered } = await reconcile(dataDir, account, account.events)
  t.diagnostic(`opening on a full disk: with 0 to 32 KiB of room ${exits.join(', ')}; lost ${lost}`)
  assert.deepEqual({ lost, altered }, { lost: 0, altered: 0 })
})

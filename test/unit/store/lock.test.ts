import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { openSqliteStore } from '../../../src/store/sqlite/store.ts'
import { newEvent } from '../../support/events.ts'
import { tempDir } from '../../support/temp-dir.ts'

const retention = { dedupRetentionMs: 86_400_000 }
const storeFile = join(import.meta.dirname, '..', '..', '..', 'src', 'store', 'sqlite', 'store.ts')

/** Another process that has the store open and does nothing. */
async function holder(dataDir: string): Promise<ChildProcess> {
  const options = JSON.stringify({ dataDir, ...retention })
  const script = `
    import(${JSON.stringify(storeFile)})
      .then(({ openSqliteStore }) => openSqliteStore(${options}))
      .then(() => console.log('open'))`
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  return child
}

test('a second process is refused while the first lives, and let in when it was killed', async (t) => {
  const dataDir = tempDir()
  const first = await holder(dataDir)
  t.after(() => first.kill('SIGKILL'))
  await assert.rejects(openSqliteStore({ dataDir, ...retention, lockWaitMs: 50 }), {
    name: 'StoreOpenError',
    message: new RegExp(`^DATA_DIR: ${dataDir} is in use by another Posthorn process: `),
  })
  first.kill('SIGKILL')
  await once(first, 'exit')
  const store = await openSqliteStore({ dataDir, ...retention, lockWaitMs: 0 })
  assert.equal((await store.accept(newEvent())).status, 'accepted')
  await store.close()
})

test('who waits is let in as soon as the first one ends', async (t) => {
  const dataDir = tempDir()
  const first = await holder(dataDir)
  t.after(() => first.kill('SIGKILL'))
  const waiting = openSqliteStore({ dataDir, ...retention, lockWaitMs: 20_000 })
  first.kill('SIGTERM')
  await (await waiting).close()
})

test('not even the same process opens it twice', async () => {
  const dataDir = tempDir()
  const first = await openSqliteStore({ dataDir, ...retention })
  await assert.rejects(openSqliteStore({ dataDir, ...retention, lockWaitMs: 0 }), { name: 'StoreOpenError' })
  await first.close()
  await (await openSqliteStore({ dataDir, ...retention, lockWaitMs: 0 })).close()
})

test('a refusal lets go of what it had taken', async () => {
  const dataDir = tempDir()
  const first = await openSqliteStore({ dataDir, ...retention })
  for (let n = 0; n < 3; n++) {
    await assert.rejects(openSqliteStore({ dataDir, ...retention, lockWaitMs: 0 }), { name: 'StoreOpenError' })
  }
  assert.equal((await first.accept(newEvent())).status, 'accepted', 'and the first one works on')
  await first.close()
})

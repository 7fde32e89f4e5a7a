import assert from 'node:assert/strict'
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openSqliteStore } from '../../../src/store/sqlite/store.ts'
import { newEvent } from '../../support/events.ts'
import { tempDir } from '../../support/temp-dir.ts'

const day = 86_400_000
const now = Date.UTC(2026, 5, 1)
const mebibyte = 1024 * 1024
const retention = { eventRetentionMs: 14 * day, dedupRetentionMs: 35 * day }

function sizeOf(dataDir: string, suffix = ''): number {
  return statSync(join(dataDir, `posthorn.db${suffix}`)).size
}

test('pruning gives the space back to the file system and leaves the rest as it was', async (t) => {
  const dataDir = tempDir()
  let store = await openSqliteStore({ dataDir, ...retention })
  t.after(() => store.close())
  const body = Buffer.alloc(20_000, 'x')
  const accept = (n: number, receivedAt: number) =>
    store.accept(newEvent({ dedupKey: `key ${n}`, externalId: `${n}`, receivedAt, body }))
  const old = await Promise.all(Array.from({ length: 600 }, (_, n) => accept(n, now - 40 * day)))
  const young = await Promise.all(Array.from({ length: 20 }, (_, n) => accept(1000 + n, now)))
  // Closing writes the whole log back.
  await store.close()
  const before = sizeOf(dataDir)
  assert.ok(before > 600 * body.byteLength)

  store = await openSqliteStore({ dataDir, ...retention })
  assert.deepEqual(await store.prune({ now, ...retention }), { payloads: 600, events: 600 })
  for (const { id } of old) assert.equal(await store.get(id), null)
  for (const { id } of young) assert.equal((await store.get(id))?.body?.byteLength, body.byteLength)
  await store.close()
  const after = sizeOf(dataDir)
  assert.ok(after < 3 * mebibyte, `from ${before} to ${after} bytes`)
  store = await openSqliteStore({ dataDir, ...retention })
})

test('an event from a clock that was ahead does not keep those before its time', async (t) => {
  const store = await openSqliteStore({ dataDir: tempDir(), ...retention })
  t.after(() => store.close())
  const ahead = await store.accept(newEvent({ receivedAt: now + 3650 * day }))
  const old = await store.accept(newEvent({ receivedAt: now - 40 * day }))
  assert.deepEqual(await store.prune({ now, ...retention }), { payloads: 1, events: 1 })
  assert.equal(await store.get(old.id), null)
  assert.ok((await store.get(ahead.id))?.body)
})

/** How often the log has started anew. https://www.sqlite.org/fileformat2.html#walformat, "checkpoint sequence number" */
function restartsOf(dataDir: string): number {
  const header = Buffer.alloc(32)
  const log = openSync(join(dataDir, 'posthorn.db-wal'), 'r')
  readSync(log, header)
  closeSync(log)
  return header.readUInt32BE(12)
}

test('the log starts anew under writes that never pause', { timeout: 60_000 }, async (t) => {
  const dataDir = tempDir()
  const store = await openSqliteStore({ dataDir, ...retention })
  t.after(() => store.close())
  const body = Buffer.alloc(10_000, 'x')
  const before = restartsOf(dataDir)
  let written = 0
  const writeOn = async () => {
    while (restartsOf(dataDir) < before + 3) {
      await store.accept(newEvent({ receivedAt: now, body }))
      written += body.byteLength
    }
  }
  await Promise.all(Array.from({ length: 32 }, writeOn))
  const size = sizeOf(dataDir, '-wal')
  assert.ok(size < written, `the log has ${size} bytes after ${written} were written`)
})

import assert from 'node:assert/strict'
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { StoreOpenError } from '../../../src/store/errors.ts'
import { encodeEventId, firstSequenceAt } from '../../../src/store/event-id.ts'
import { hashKey, keyToBytes } from '../../../src/store/sqlite/dedup-index.ts'
import { migrations } from '../../../src/store/sqlite/migrations.ts'
import { openSqliteStore } from '../../../src/store/sqlite/store.ts'
import { newEvent } from '../../support/events.ts'
import { tempDir } from '../../support/temp-dir.ts'

const retention = { dedupRetentionMs: 86_400_000 }

/** A data directory whose database was made with other hands. */
function withDatabase(sql: string): string {
  const dataDir = tempDir()
  const db = new DatabaseSync(join(dataDir, 'posthorn.db'))
  db.exec(sql)
  db.close()
  return dataDir
}

async function assertRefused(dataDir: string, message: RegExp): Promise<void> {
  await assert.rejects(openSqliteStore({ dataDir, ...retention, lockWaitMs: 0 }), (error: unknown) => {
    assert.ok(error instanceof StoreOpenError, String(error))
    assert.match(error.message, message)
    assert.ok(error.message.startsWith('DATA_DIR: '), error.message)
    assert.ok(error.message.includes(dataDir), error.message)
    return true
  })
}

test('makes the directory and the schema, for this user and the group only', async () => {
  const dataDir = join(tempDir(), 'new', 'data')
  const store = await openSqliteStore({ dataDir, ...retention })
  await store.accept(newEvent())
  assert.equal(statSync(dataDir).mode & 0o007, 0)
  for (const file of ['posthorn.db', 'posthorn.db-wal']) {
    assert.equal(statSync(join(dataDir, file)).mode & 0o007, 0, file)
  }
  await store.close()
})

test('opens again what it made, with everything in it', async () => {
  const dataDir = tempDir()
  const first = await openSqliteStore({ dataDir, ...retention })
  const { id } = await first.accept(newEvent({ dedupKey: 'a' }))
  await first.close()
  const second = await openSqliteStore({ dataDir, ...retention })
  assert.deepEqual(await second.accept(newEvent({ dedupKey: 'a' })), {
    status: 'duplicate',
    id,
    conflict: false,
    rearmed: 0,
  })
  await second.close()
})

test('leaves a database alone that a newer version wrote', async () => {
  const dataDir = tempDir()
  await (await openSqliteStore({ dataDir, ...retention })).close()
  const db = new DatabaseSync(join(dataDir, 'posthorn.db'))
  db.exec('PRAGMA user_version = 999')
  db.close()
  await assertRefused(dataDir, /newer Posthorn \(schema 999/)
})

test('leaves the database of another program alone', async () => {
  await assertRefused(withDatabase('CREATE TABLE notes (text TEXT)'), /another program/)
  await assertRefused(withDatabase('PRAGMA application_id = 7; CREATE TABLE notes (text TEXT)'), /another program/)
  await assertRefused(withDatabase('PRAGMA application_id = 7; PRAGMA user_version = 1'), /another program/)
})

test('says so when the file is no database, or no file', async () => {
  const noDatabase = tempDir()
  writeFileSync(join(noDatabase, 'posthorn.db'), 'This is a letter, not a database.'.repeat(100))
  await assertRefused(noDatabase, /not a SQLite database/)
  const noFile = tempDir()
  mkdirSync(join(noFile, 'posthorn.db'))
  await assertRefused(noFile, /cannot open/)
})

test('says so when the directory is no directory', async () => {
  const dataDir = join(tempDir(), 'file')
  writeFileSync(dataDir, '')
  await assertRefused(dataDir, /cannot write to/)
})

test('says so where no directory can be made, and the system says that it is not there', {
  skip: existsSync('/proc/self') ? false : 'no /proc here',
}, async () => {
  await assertRefused('/proc/posthorn/data', /cannot write to \/proc\/posthorn\/data/)
})

test('makes the directories above it', async () => {
  const dataDir = join(tempDir(), 'one', 'two')
  const store = await openSqliteStore({ dataDir, ...retention })
  await store.close()
  assert.ok(existsSync(join(dataDir, 'posthorn.db')))
})

/** A data directory as version 0.1.0 left it: one event done, one dead, one waiting, one leased, one with no delivery. */
function writtenByFirstVersion(): { readonly dataDir: string; readonly ids: readonly string[] } {
  const first = firstSequenceAt(Date.now() - 3_600_000)
  const seqs = [0, 1, 2, 3, 4].map((i) => first + i * 4096)
  const dataDir = withDatabase(`${migrations[0]} PRAGMA application_id = 0x706f7374; PRAGMA user_version = 1`)
  const db = new DatabaseSync(join(dataDir, 'posthorn.db'))
  db.exec("INSERT INTO destinations (id, name) VALUES (1, 'd')")
  for (const [i, seq] of seqs.entries()) {
    db.prepare(
      'INSERT INTO events (seq, source, type, received_at, dedup_key, body_size) VALUES (?, ?, ?, ?, ?, 1)',
    ).run(seq, i === 4 ? 'rare' : 'github', 'push', Date.now() - 3_600_000, keyToBytes(hashKey(`key ${i}`)))
    db.prepare("INSERT INTO payloads (seq, headers, body) VALUES (?, '[]', x'41')").run(seq)
    const state = [2, 3, 0, 1][i]
    if (state === undefined) continue
    db.prepare(
      `INSERT INTO deliveries (seq, destination, state, attempt, series_start, due_at, last_status)
       VALUES (?, 1, ?, 1, 0, ?, 500)`,
    ).run(seq, state, Date.now() - 1000)
  }
  db.close()
  return { dataDir, ids: seqs.map(encodeEventId) }
}

test('takes over what the first version wrote', async (t) => {
  const { dataDir, ids } = writtenByFirstVersion()
  const store = await openSqliteStore({ dataDir, ...retention })
  t.after(() => store.close())
  const [done, dead, waiting, leased, rare] = ids
  const listed = async (query: object) => (await store.list({ limit: 9, ...query })).events.map(({ id }) => id)
  assert.deepEqual(await listed({}), ids.toReversed())
  assert.deepEqual(await listed({ source: 'rare' }), [rare])
  assert.deepEqual(await listed({ status: 'done' }), [done])
  assert.deepEqual(await listed({ status: 'dead' }), [dead])
  assert.deepEqual(await listed({ status: 'retrying' }), [waiting])
  assert.deepEqual(await store.attempts(done ?? ''), [])
  assert.equal(
    (await store.accept(newEvent({ source: 'github', type: 'push', dedupKey: 'key 2', body: Buffer.from('A') }))).id,
    waiting,
  )
  const { leases } = await store.claim([{ destination: 'd', limit: 9, leaseMs: 1000 }], Date.now())
  assert.deepEqual(new Set(leases.map(({ event }) => event.id)), new Set([waiting, leased]))
  assert.deepEqual(leases.map(({ event, crashes, attempt }) => [event.id === leased, crashes, attempt]).toSorted(), [
    [false, 0, 2],
    [true, 1, 2],
  ])
  assert.equal(await store.replay(dead ?? '', Date.now()), true)
  const { events } = await store.statistics({ from: 0, to: Date.now(), bucketMs: 3650 * 86_400_000 })
  assert.deepEqual(
    events.map(({ source, accepted }) => [source, accepted]),
    [
      ['github', 4],
      ['rare', 1],
    ],
  )
})

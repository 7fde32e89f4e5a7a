import assert from 'node:assert/strict'
import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { StoreOpenError } from '../../../src/store/errors.ts'
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

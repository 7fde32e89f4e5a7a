import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openSqliteStore } from '../../../src/store/sqlite/store.ts'
import { newEvent } from '../../support/events.ts'
import { tempDir } from '../../support/temp-dir.ts'

/** Runs a script in another process, with `db` open on the file as SQLite's shell would open it. */
function visit(dataDir: string, script: string): string {
  const open = `const db = new (require('node:sqlite').DatabaseSync)(${JSON.stringify(join(dataDir, 'posthorn.db'))})`
  return execFileSync(process.execPath, ['-e', `${open}\n${script}`], { encoding: 'utf8' })
}

// Without a prepared statement, which would keep the connection open until the process ends.
const closeInOrder = "db.exec('SELECT count(*) FROM events'); db.close()"
const count = "process.stdout.write(String(db.prepare('SELECT count(*) AS n FROM events').get().n))"

// The last connection that closes removes the log; one that believes itself the last would remove it under our feet.
// https://www.sqlite.org/howtocorrupt.html, section 2.2
test('another program that opens the database and closes it leaves the log where it is', async (t) => {
  const dataDir = tempDir()
  const store = await openSqliteStore({ dataDir, dedupRetentionMs: 86_400_000 })
  t.after(() => store.close())
  const { id } = await store.accept(newEvent())
  await store.get(id)
  visit(dataDir, closeInOrder)
  assert.ok(existsSync(join(dataDir, 'posthorn.db-wal')), 'the log is gone')
  await store.accept(newEvent())
  assert.equal(visit(dataDir, count), '2')
})

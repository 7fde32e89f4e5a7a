import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openSqliteStore } from '../../../src/store/sqlite/store.ts'
import { newEvent } from '../../support/events.ts'
import { tempDir } from '../../support/temp-dir.ts'

/** A kernel that lists the locks of all processes. */
const locksFile = '/proc/locks'

/** Whether this process holds a lock on a file. */
function isLocked(file: string): boolean {
  const { ino } = statSync(file)
  const ours = new RegExp(` ${process.pid} [0-9a-f]+:[0-9a-f]+:${ino} `)
  return ours.test(readFileSync(locksFile, 'utf8'))
}

/** Opens the file as a person would with SQLite's shell, and closes it again. */
function visit(file: string): void {
  const script = `
    const db = new (require('node:sqlite').DatabaseSync)(${JSON.stringify(file)})
    db.exec('SELECT count(*) FROM events')
    db.close()`
  execFileSync(process.execPath, ['-e', script])
}

// Whoever closes the last connection removes the log. The lock tells other programs that theirs is not the last; SQLite
// before 3.51 looks at nothing else. https://www.sqlite.org/howtocorrupt.html, section 2.2
test('another program that opens the database leaves its log where it is', async (t) => {
  const dataDir = tempDir()
  const file = join(dataDir, 'posthorn.db')
  const store = await openSqliteStore({ dataDir, dedupRetentionMs: 86_400_000 })
  t.after(() => store.close())
  const { id } = await store.accept(newEvent())
  assert.ok(await store.get(id), 'the reading thread has the file open too')
  visit(file)
  assert.ok(existsSync(`${file}-wal`), 'the log is gone')
  if (existsSync(locksFile)) assert.ok(isLocked(file), 'the lock is gone, and with it what keeps the log from others')
})

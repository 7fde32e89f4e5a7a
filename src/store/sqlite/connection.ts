import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StoreInUseError, StoreOpenError } from '../errors.ts'
import { lockHolder } from './lock-holder.ts'
import { readPragma } from './migrations.ts'

const fileName = 'posthorn.db'
const lockName = 'posthorn.lock'
/** The database of a data directory. */
export const databaseFile = (dataDir: string) => join(dataDir, fileName)
/** The file whose lock keeps a second process out. */
export const lockFile = (dataDir: string) => join(dataDir, lockName)

/** How long a connection waits for another program that holds the file, in milliseconds. */
export const busyTimeoutMs = 5000
/** Synchronous level FULL, as PRAGMA synchronous reports it. */
const full = 2

/** https://www.sqlite.org/rescode.html, primary codes. */
const sqlite = { busy: 5, ioError: 10, corrupt: 11, full: 13, cannotOpen: 14, notADatabase: 26 } as const

/** I/O errors that say data may be gone: short read, write, fsync, directory fsync, truncate, data, corrupt file system. */
const lostWrites = new Set([522, 778, 1034, 1290, 1546, 8202, 8458])

/** SQLite's extended result code; null for an error of another kind. */
export function sqliteCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error)) return null
  return typeof error.errcode === 'number' ? error.errcode : null
}

/** Whether the disk or the file is the cause, so that trying the same rows again one by one is no use. */
export function isStorageFault(error: unknown): boolean {
  const code = sqliteCode(error)
  if (code === null) return false
  const primary = code & 0xff
  return (
    primary === sqlite.full ||
    primary === sqlite.busy ||
    primary === sqlite.cannotOpen ||
    primary === sqlite.ioError ||
    isBeyondRepair(error)
  )
}

/**
 * After a failed write or fsync the kernel may have dropped pages that it said it had; a corrupt file does not heal. Only
 * a restart, which recovers from what really is on the disk, makes the truth known again.
 * (https://www.sqlite.org/rescode.html#ioerr, "fsyncgate": https://lwn.net/Articles/752063/)
 */
export function isBeyondRepair(error: unknown): boolean {
  const code = sqliteCode(error)
  if (code === null) return false
  const primary = code & 0xff
  return lostWrites.has(code) || primary === sqlite.corrupt || primary === sqlite.notADatabase
}

/**
 * Opens the database in a data directory, which is made if it is not there, with every commit on stable storage before
 * it returns: WAL and `synchronous=FULL`, checked rather than believed. Checkpoints are run apart (`reader.ts`).
 * @throws {StoreOpenError} naming the directory or file and what to do.
 */
export function openDatabase(dataDir: string): DatabaseSync {
  const file = databaseFile(dataDir)
  prepareDirectory(dataDir)
  try {
    createPrivately(file)
    // Opening waits too: the other thread may be in the middle of something.
    const db = new DatabaseSync(file, { timeout: busyTimeoutMs })
    // Only takes effect while the file is empty; lets pruning hand space back to the file system.
    db.exec('PRAGMA auto_vacuum = INCREMENTAL')
    db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA wal_autocheckpoint = 0;
      PRAGMA journal_size_limit = 67108864;
      PRAGMA cache_size = -8000;
      PRAGMA temp_store = MEMORY;
    `)
    const mode = Object.values(db.prepare('PRAGMA journal_mode').get() ?? {})[0]
    if (mode !== 'wal' || readPragma(db, 'synchronous') !== full) {
      db.close()
      throw new StoreOpenError(
        `DATA_DIR: ${dataDir} does not support SQLite's write-ahead log (journal_mode is ${mode}): use a local file system`,
      )
    }
    return db
  } catch (error) {
    throw explain(error, file)
  }
}

/**
 * SQLite itself would let everybody on the machine read the file; those it adds take after this one. A file that is
 * there is not touched: closing it here would take away the locks of a connection that this process already has to it,
 * and another program could then remove the log. (https://www.sqlite.org/howtocorrupt.html, section 2.2)
 */
function createPrivately(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o640))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
}

/**
 * Makes this process the only one that writes to the data directory, until it ends: the operating system gives the lock
 * back even after `kill -9`. Returns what holds it.
 * @throws {StoreOpenError} when another process has it for longer than `waitMs`.
 */
export function lockDataDir(dataDir: string, waitMs: number): DatabaseSync {
  prepareDirectory(dataDir)
  const file = lockFile(dataDir)
  try {
    const lock = new DatabaseSync(file)
    lock.exec(`PRAGMA busy_timeout = ${waitMs}; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE`)
    return lock
  } catch (error) {
    if (((sqliteCode(error) ?? 0) & 0xff) === sqlite.busy) {
      throw new StoreInUseError(
        `DATA_DIR: ${dataDir} is in use by another Posthorn process: stop that one, or give this one a directory of its own`,
        lockHolder(file),
      )
    }
    throw explain(error, file)
  }
}

function prepareDirectory(dataDir: string): void {
  try {
    makeDirectory(dataDir)
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new StoreOpenError(
      `DATA_DIR: cannot write to ${dataDir} (${code}): make it writable for this user or set DATA_DIR to another directory`,
    )
  }
}

/** One at a time: where none can be made and the reason given is ENOENT, as below /proc, Node tries for ever to make all. */
function makeDirectory(path: string): void {
  if (isDirectory(path)) return
  if (!existsSync(dirname(path))) makeDirectory(dirname(path))
  try {
    mkdirSync(path, { mode: 0o750 })
  } catch (error) {
    // Somebody else may have been faster.
    if (!isDirectory(path)) throw error
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

/** Turns what SQLite says on opening into what a person can do about it. */
export function explain(error: unknown, file: string): StoreOpenError {
  if (error instanceof StoreOpenError) return error
  const message = error instanceof Error ? error.message : String(error)
  const primary = (sqliteCode(error) ?? 0) & 0xff
  if (primary === sqlite.notADatabase || primary === sqlite.corrupt) {
    return new StoreOpenError(
      `DATA_DIR: ${file} is damaged or is not a SQLite database (${message}): restore it from a backup, or move it away to start empty`,
    )
  }
  if (primary === sqlite.full) {
    return new StoreOpenError(`DATA_DIR: no space left for ${file} (${message}): free some disk space`)
  }
  return new StoreOpenError(`DATA_DIR: cannot open ${file} (${message}): check that the file can be read and written`)
}

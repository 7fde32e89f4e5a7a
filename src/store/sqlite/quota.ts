import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { sqliteCode } from './connection.ts'

const writeFailed = 778
const pieceBytes = 1024 * 1024
/** More than a commit writes, so that what a commit had no room for has none here. */
const pieces = 40

/**
 * Whether a write failed because the user's quota is used up (EDQUOT). That is as harmless as a full disk: the system took
 * nothing. SQLite tells a full disk apart, but reports this as a failed write like any other and does not say which, so
 * it is tried again beside the database.
 */
export function isOverQuota(error: unknown, dataDir: string): boolean {
  if (sqliteCode(error) !== writeFailed) return false
  const file = join(dataDir, 'posthorn.probe')
  const piece = Buffer.alloc(pieceBytes)
  let descriptor: number | null = null
  try {
    descriptor = openSync(file, 'w', 0o640)
    let at = 0
    while (at < pieces * pieceBytes) at += writeSync(descriptor, piece, 0, pieceBytes, at)
    return false
  } catch (failure) {
    // Node has no name for it: its code is UNKNOWN.
    return failure instanceof Error && 'errno' in failure && failure.errno === -constants.errno.EDQUOT
  } finally {
    if (descriptor !== null) closeSync(descriptor)
    rmSync(file, { force: true })
  }
}

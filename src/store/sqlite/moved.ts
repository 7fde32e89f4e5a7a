import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StoreOpenError } from '../errors.ts'

const movedFile = (dataDir: string) => join(dataDir, 'posthorn.moved')

/** Leaves a note in a data directory whose events are elsewhere by now; gives its path. */
export function markMoved(dataDir: string, where: string): string {
  const path = movedFile(dataDir)
  writeFileSync(path, `${where}\n`, { mode: 0o640 })
  return path
}

/**
 * Whoever started here by mistake, with the old environment, would deliver what the other store delivers too, and take
 * events of which the other knows nothing.
 * @throws {StoreOpenError}
 */
export function refuseMoved(dataDir: string): void {
  const path = movedFile(dataDir)
  let where: string
  try {
    where = readFileSync(path, 'utf8').trim()
  } catch {
    return
  }
  throw new StoreOpenError(
    `DATA_DIR: the events of ${dataDir} were moved to ${where}: set DATABASE_URL to that; to go back to what is here, remove ${path}`,
  )
}

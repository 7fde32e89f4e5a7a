import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const dirs: string[] = []

// Not in a test's `after` hook: those run first come first served, so the directory would go before what is open in it.
process.on('exit', () => {
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true })
})

/** A directory that is gone when the test process ends. */
export function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'posthorn-'))
  dirs.push(dir)
  return dir
}

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { tempDir } from '../support/temp-dir.ts'
import { can, needsProgram } from './support/machine.ts'

test('waits for the disk where an answer depends on it, and only there', (t) => {
  if (!can(t, needsProgram('strace'))) return
  const script = join(import.meta.dirname, 'support', 'steps.ts')
  const dataDir = join(tempDir(), 'data')
  const traced = spawnSync(
    'strace',
    ['-f', '-qq', '-e', 'signal=none', '-e', 'trace=fsync,fdatasync', process.execPath, script, dataDir],
    { encoding: 'utf8' },
  )
  assert.equal(traced.status, 0, traced.stderr)
  const syncs: Record<string, boolean> = {}
  let step = 'start'
  for (const line of traced.stderr.split('\n')) {
    const next = /step (\S+)/.exec(line)?.[1]
    if (next !== undefined) step = next
    syncs[step] = (syncs[step] ?? false) || (next === undefined && /f(data)?sync\(/.test(line))
  }
  const { start: _start, end: _end, ...steps } = syncs
  assert.deepEqual(steps, {
    accept: true,
    claim: false,
    settle: false,
    duplicate: true,
    replay: true,
    probe: true,
    'accept-with-claim': true,
  })
})

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { tempDir } from '../support/temp-dir.ts'

test('a gateway that npm started ends in order when npm’s shell is gone', { timeout: 60_000 }, async (t) => {
  const dataDir = tempDir()
  const shell = spawn('sh', ['-c', `"${process.execPath}" start.js & wait`], {
    cwd: new URL('../..', import.meta.url),
    env: {
      PATH: process.env['PATH'],
      npm_lifecycle_event: 'start',
      PORT: '0',
      HOST: '127.0.0.1',
      DATA_DIR: dataDir,
      DRAIN_SECONDS: '0',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  const { pid = 0 } = shell
  t.after(() => {
    try {
      process.kill(-pid, 'SIGKILL')
    } catch {
      // Nothing of it is left, as it should be.
    }
  })
  const said: string[] = []
  // Ends when nobody is left who could write to it.
  for await (const line of createInterface({ input: shell.stdout })) {
    const { msg }: { msg: string } = JSON.parse(line)
    said.push(msg)
    if (msg === 'ready') shell.kill('SIGTERM')
  }
  assert.equal(said.at(-1), 'stopped')
})

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { it } from 'node:test'
import { promisify } from 'node:util'

it('an attempt leaves nothing behind that V8 takes for long-lived: collecting that holds up senders', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'long-lived.ts')])
  const bytes = Number.parseInt(stdout, 10)
  assert.ok(bytes < 250, `${stdout} bytes of each attempt`)
})

import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { test } from 'node:test'
import { proveLibrary } from './harness.ts'

const folder = new URL('senders/', import.meta.url)
const installed = existsSync(new URL('node_modules/', import.meta.url))

if (installed) {
  for (const file of readdirSync(folder)) {
    try {
      const { library } = await import(new URL(file, folder).href)
      proveLibrary(library)
    } catch (error) {
      test(`senders/${file} loads`, () => {
        throw error
      })
    }
  }
} else {
  const reason = "the senders' libraries are not installed: npm ci --prefix test/sdk"
  test("the senders' own libraries", { skip: process.env['CI'] === 'true' ? false : reason }, () => assert.fail(reason))
}

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { providers } from '../../../src/providers/registry.ts'
import { documentProviders } from './document.ts'

const read = (name: string) => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8')

test('docs/providers.md says what the rows say', () => {
  assert.equal(read('providers.md'), documentProviders())
})

test('the row, the vectors and the library in docs/adding-a-provider.md are those of the repository', () => {
  const page = read('adding-a-provider.md')
  const blocks = [...page.matchAll(/```(?:ts|json)\n([\s\S]*?)```/g)].map(([, block = '']) => block)
  const source = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')
  assert.ok(blocks.includes(source('src/providers/tally.ts')))
  assert.ok(blocks.includes(source('test/providers/tally.json')))
  assert.ok(blocks.includes(source('test/sdk/senders/line.ts')))
})

test('docs/signatures.md counts the providers', () => {
  assert.match(read('signatures.md'), new RegExp(`\\b${providers.size} senders\\b`))
})

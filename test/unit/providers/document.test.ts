import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { usesVerifyToken } from '../../../src/handshakes/tokens.ts'
import { providers } from '../../../src/providers/registry.ts'
import type { Provider } from '../../../src/providers/types.ts'
import { documentProvider, documentProviders } from './document.ts'

const read = (name: string) => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8')

test('docs/providers.md says what the rows say (npm run docs:providers)', () => {
  assert.equal(read('providers.md'), documentProviders())
})

test('each provider has its URL, its variable and the place of its secret, and a line in an index', () => {
  const page = documentProviders()
  for (const row of providers.values()) {
    const [, section = ''] = page.split(`\n### ${row.name}\n`)
    const steps = section.split('\n### ')[0]?.match(/^\d\. .+$/gm) ?? []
    assert.deepEqual(
      steps.map((step) => step.slice(0, step.indexOf(':'))),
      ['1. URL', '2. Set', '3. Secret'],
      row.name,
    )
    assert.ok(row.name === 'generic' || steps[0]?.includes(`/webhook/${row.name}`), row.name)
    assert.ok(steps[2]?.endsWith(row.setup), row.name)
    assert.equal(page.split(`\n| [\`${row.name}\`](#${row.name}) |`).length, 2, row.name)
    assert.ok(section.includes(`<kbd>${row.confidence}</kbd>`), row.name)
  }
})

test('a variable is named as the settings have it, with PUBLIC_URL where the URL is signed', () => {
  const page = documentProviders()
  assert.match(page, /^2\. Set: `SUPABASE_AUTH_HOOK_WEBHOOK_SECRET`$/m)
  assert.match(page, /^2\. Set: `SQUARE_WEBHOOK_SECRET`, and `PUBLIC_URL`/m)
  assert.match(page, /^1\. URL: `https:\/\/<host>\/webhook\/eventgrid\?code=<secret>`$/m)
})

test('fields and kinds of scheme that the page knows nothing of are shown, not lost', () => {
  const row: Provider = JSON.parse(
    JSON.stringify({
      ...providers.get('stripe'),
      novelty: 498,
      novelties: [{ method: 'GET', when: [{ at: 'query:challenge' }], answer: { text: '{query:challenge}' } }],
      schemes: [{ name: 'new', kind: 'frob', at: 'header:x-frob', encoding: 'hex', signed: '{body}', key: {} }],
    }),
  )
  const section = documentProvider(row).join('\n')
  assert.match(section, /^- Proof: `header:x-frob`: FROB in hex of `\{body\}`$/m)
  assert.match(section, /^- novelty: 498$/m)
  assert.match(
    section,
    /^- novelties: method `GET`, when \(at `query:challenge`\), answer \(text `\{query:challenge\}`\)$/m,
  )
})

test('the row, the vectors and the library in docs/adding-a-provider.md are those of the repository', () => {
  const page = read('adding-a-provider.md')
  const blocks = [...page.matchAll(/```(?:ts|json)\n([\s\S]*?)```/g)].map(([, block = '']) => block)
  const source = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')
  assert.ok(blocks.includes(source('src/providers/tally.ts')))
  assert.ok(blocks.includes(source('test/providers/tally.json')))
  assert.ok(blocks.includes(source('test/sdk/senders/line.ts')))
})

test('docs/handshakes.md has every provider that has one, and says whose need a token', () => {
  const rows = read('handshakes.md')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
  const named = (line: string) => [...(line.split(' | ')[0] ?? '').matchAll(/`([a-z0-9-]+)`/g)].map(([, name]) => name)
  const documented = new Map(rows.flatMap((line) => named(line).map((name) => [name, /\| token/.test(line)])))
  const expected = [...providers.values()].filter(({ handshakes }) => handshakes !== undefined)
  assert.deepEqual(
    [...documented],
    expected.map((row) => [row.name, usesVerifyToken(row)]),
  )
})

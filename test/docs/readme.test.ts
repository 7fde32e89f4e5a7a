import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { Settings } from '../../src/config/schema.ts'
import { startGateway } from '../support/gateway.ts'

const root = join(import.meta.dirname, '..', '..')
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const has = (tool: string) => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0
const skip = process.env['CI'] !== 'true' && !(has('curl') && has('openssl')) ? 'needs curl and openssl' : false

function shellBlock(containing: string): string {
  const blocks = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1] ?? '')
  return blocks.find((block) => block.includes(containing)) ?? assert.fail(`README has no sh block with ${containing}`)
}

test('the curl commands work when pasted', { skip }, async (t) => {
  const secret = /WEBHOOK_SECRET=(\S+) npm start/.exec(readme)?.[1] ?? ''
  const open = await startGateway(t)
  const paste = (block: string, url: string): { [field: string]: unknown } => {
    const command = block.replaceAll('http://localhost:3000', url).replaceAll('curl ', 'curl -sS ')
    return JSON.parse(execFileSync('bash', ['-c', command], { encoding: 'utf8' }))
  }
  const unsigned = paste(shellBlock('{"hello":"world"}'), open.url)
  assert.deepEqual(unsigned['receivedData'], { hello: 'world' })

  const closed = await startGateway(t, { WEBHOOK_SECRET: secret })
  const signed = paste(shellBlock('SIGNATURE='), closed.url)
  const promised = JSON.parse(/```json\n([\s\S]*?)```/.exec(readme)?.[1] ?? 'null')
  assert.deepEqual({ ...signed, id: promised.id }, promised)
  assert.equal(paste(shellBlock('SIGNATURE='), closed.url)['duplicate'], true)
  const refused = paste(shellBlock('{"hello":"world"}'), closed.url)
  assert.deepEqual(refused, { error: 'Invalid signature.' })
})

test('the settings it names exist and have the defaults it says', () => {
  const table = /<!-- settings -->([\s\S]*?)<!-- \/settings -->/.exec(readme)?.[1] ?? ''
  const rows = [...table.matchAll(/^\| `([^`]+)` \| ([^|]+) \|/gm)]
  assert.ok(rows.length >= 10)
  const known: Record<string, { readonly default?: unknown }> = Settings.properties
  for (const [, name = '', shown = ''] of rows) {
    if (/^(?:<SOURCE>|…)_/.test(name)) continue
    const setting = known[name]
    assert.ok(setting, `${name} is no setting`)
    if (setting.default !== undefined) assert.ok(shown.includes(String(setting.default)), `${name}: ${shown}`)
  }
})

test('docs/README.md leads to every page', () => {
  const index = readFileSync(join(root, 'docs', 'README.md'), 'utf8')
  const pages = globSync('*.md', { cwd: join(root, 'docs') }).filter((name) => name !== 'README.md')
  assert.ok(pages.length > 20)
  for (const page of pages) assert.ok(index.includes(`](${page})`), page)
})

/** As GitHub makes them of the headings. */
function anchorsOf(page: string): readonly string[] {
  const headings = page.replaceAll(/```[\s\S]*?```/g, '').matchAll(/^#+ (.+)$/gm)
  return [...headings].map(([, heading = '']) =>
    heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  )
}

for (const file of globSync('**/*.md', { cwd: root, exclude: (path) => path.includes('node_modules') })) {
  test(`links in ${file} lead somewhere`, () => {
    const text = readFileSync(join(root, file), 'utf8')
    for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^(https?:|mailto:|#)/.test(target)) continue
      const [place = '', anchor] = target.split('#')
      const path = join(root, dirname(file), place)
      assert.ok(existsSync(path), `${file} links to ${target}`)
      if (anchor === undefined || !path.endsWith('.md')) continue
      assert.ok(anchorsOf(readFileSync(path, 'utf8')).includes(anchor), `${file} links to ${target}`)
    }
  })
}

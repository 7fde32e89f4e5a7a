import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseEnv } from 'node:util'
import { loadConfig } from '../../../src/config/load.ts'
import { Settings } from '../../../src/config/schema.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const settings = Object.entries(Settings.properties)

test('docs/settings.md has one row for every setting, in the words of the schema, and no other', () => {
  const rows = readFileSync(join(root, 'docs', 'settings.md'), 'utf8')
    .split('\n## ')[0]
    ?.split('\n')
    .filter((line) => line.startsWith('| `'))
  const expected = settings.map(
    ([name, setting]) => `| \`${name}\` | ${setting.defaultText} | ${setting.accepted} | ${setting.description} |`,
  )
  assert.deepEqual(rows, expected)
})

test('no cell of the table would break it', () => {
  for (const [name, setting] of settings) {
    assert.doesNotMatch(`${setting.defaultText}${setting.accepted}${setting.description}`, /[|\n]/, name)
  }
})

const example = readFileSync(join(root, '.env.example'), 'utf8')
const uncommented = parseEnv(example.replaceAll(/^#(?=[A-Z])/gm, ''))

test('.env.example names every setting and no other, all commented out', () => {
  const names = Object.keys(uncommented).map((name) => name.replace(/^GITHUB_/, '<SOURCE>_'))
  assert.deepEqual(names.sort(), settings.map(([name]) => name).sort())
  assert.deepEqual({ ...parseEnv(example) }, {})
})

test('.env.example shows the defaults that are fixed', () => {
  for (const [name, setting] of settings) {
    if (setting.default !== undefined) assert.equal(uncommented[name], String(setting.default), name)
  }
})

test('every value in .env.example is accepted', () => {
  const secrets = { GITHUB_WEBHOOK_SECRET: 'It is a Secret to Everybody' }
  const shown = Object.fromEntries(Object.entries(uncommented).filter(([, value]) => value !== ''))
  assert.doesNotThrow(() => loadConfig({ ...shown, ...secrets }, { cwd: root }))
})

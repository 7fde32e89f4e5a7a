import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { describe, it } from 'node:test'
import { findProvider, providers } from '../../../src/providers/registry.ts'

const notRows = new Set(['registry.ts', 'types.ts'])

describe('provider rows', () => {
  it('are all registered, each under the name of its file', () => {
    const files = readdirSync(new URL('../../../src/providers/', import.meta.url)).filter((file) => !notRows.has(file))
    assert.deepEqual([...providers.keys()].sort(), files.map((file) => file.replace(/\.ts$/, '')).sort())
    for (const [name, row] of providers) assert.equal(findProvider(name), row)
    assert.equal(findProvider('constructor'), undefined)
    assert.equal(findProvider(''), undefined)
  })

  for (const row of providers.values()) {
    describe(row.name, () => {
      it('can be used in a path and in the name of a variable', () =>
        assert.match(row.name, /^[a-z0-9]+(-[a-z0-9]+)*$/))

      it('says where the rule comes from and where the secret is', () => {
        assert.equal(new URL(row.docs).protocol, 'https:')
        assert.match(row.setup, /\S\.$/)
      })

      it('names each scheme once, and headers in lower case', () => {
        const names = row.schemes.map(({ name }) => name)
        assert.ok(names.length > 0)
        assert.equal(new Set(names).size, names.length)
        const sources = [
          ...row.id,
          ...row.type,
          ...row.schemes.flatMap(({ id, timestamp }) => [id ?? '', timestamp?.from ?? '']),
        ]
        const headers = sources.flatMap((source) =>
          source.startsWith('header:') ? [source.slice('header:'.length)] : [],
        )
        for (const header of [...headers, ...row.schemes.map((scheme) => scheme.header)]) {
          assert.match(header, /^[a-z0-9-]+$/)
        }
      })
    })
  }
})

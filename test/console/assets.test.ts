import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { join, posix } from 'node:path'
import { describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { loadConsoleAssets } from '../../src/console/assets.ts'
import { tempDir } from '../support/temp-dir.ts'

const root = join(import.meta.dirname, '..', '..')

describe('the console’s files', () => {
  it('import nothing that is not among them, and nothing from elsewhere', async () => {
    const assets = await loadConsoleAssets()
    const scripts = [...assets].filter(([name]) => name.endsWith('.js'))
    assert.ok(scripts.length > 20)
    for (const [name, { body }] of scripts) {
      const code = body.toString()
      for (const [, imported = ''] of code.matchAll(
        /(?<![\w$.'"])(?:from(?:\s+|(?="))|import\(?\s*)["']([^"'\n]+)["']/g,
      )) {
        assert.ok(imported.startsWith('.'), `${name} imports ${imported}`)
        assert.ok(assets.has(posix.join(posix.dirname(name), imported)), `${name} imports ${imported}`)
      }
    }
    const page = assets.get('index.html')?.body.toString() ?? ''
    const named = [...page.matchAll(/(?:src|<link[^>]* href)="([^"]+)"/g)].map(([, address = '']) => address)
    assert.ok(named.length > 20)
    for (const address of named) {
      assert.match(address, /^\/console\/assets\//)
      assert.ok(assets.has(address.slice('/console/assets/'.length)), address)
    }
    // The policy that the page is served with runs no script that is written into it.
    assert.doesNotMatch(page, /<script(?![^>]* src=)|<style| style=| on[a-z]+=/)
  })

  it('have names that change with what is in them, so that browsers may keep them', async () => {
    const assets = await loadConsoleAssets()
    for (const [name, { immutable }] of assets) assert.equal(immutable, name !== 'index.html', name)
    assert.deepEqual([...(await loadConsoleAssets()).keys()], [...assets.keys()])
  })

  it('carry the licences of the libraries in them', async () => {
    for (const [name, { body }] of await loadConsoleAssets()) {
      if (name.includes('/lib/')) assert.match(body.toString(), /Permission is hereby granted/, name)
    }
  })

  it('are the same from a build as from the sources', async () => {
    const dist = tempDir()
    await promisify(execFile)(process.execPath, ['src/console/write.ts', join(dist, 'console')], { cwd: root })
    // As the compiler leaves it: without types, in the same place.
    const source = await readFile(join(root, 'src/console/assets.ts'), 'utf8')
    const compiled = join(dist, 'src', 'console', 'assets.mjs')
    await mkdir(join(dist, 'src', 'console'), { recursive: true })
    await writeFile(compiled, stripTypeScriptTypes(source))
    const built: { loadConsoleAssets: typeof loadConsoleAssets } = await import(pathToFileURL(compiled).href)
    assert.deepEqual(
      new Map([...(await built.loadConsoleAssets())].sort()),
      new Map([...(await loadConsoleAssets())].sort()),
    )
  })
})

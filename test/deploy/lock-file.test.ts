import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

type Names = Readonly<Record<string, string>>
interface Locked {
  readonly dependencies?: Names
  readonly devDependencies?: Names
  readonly optionalDependencies?: Names
}

const root = join(import.meta.dirname, '..', '..')

/** Where Node looks for a package that `from` imports: the innermost `node_modules` first. */
function placesOf(name: string, from: string): readonly string[] {
  const parts = from === '' ? [] : from.split('/node_modules/')
  const folders = parts.map((_, index) => `${parts.slice(0, parts.length - index).join('/node_modules/')}/`)
  return [...folders, ''].map((folder) => `${folder}node_modules/${name}`)
}

// `npm ci` stops where one is missing, whatever the machine: also at a package for another platform that the registry
// did not have when the file was written.
for (const folder of ['.', 'bench', 'test/sdk']) {
  const file = join(root, folder, 'package-lock.json')
  test(`${join(folder, 'package-lock.json')} has every package it names`, () => {
    const { packages }: { packages: Readonly<Record<string, Locked>> } = JSON.parse(readFileSync(file, 'utf8'))
    for (const [from, locked] of Object.entries(packages)) {
      const named = { ...locked.dependencies, ...locked.devDependencies, ...locked.optionalDependencies }
      for (const name of Object.keys(named)) {
        const found = [...placesOf(name, from)].some((place) => packages[place] !== undefined)
        assert.ok(found, `${from || 'the project'} needs ${name}`)
      }
    }
  })
}

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { findProvider, providers } from '../../../src/providers/registry.ts'
import { tokenSchemes } from '../../../src/providers/token.ts'
import type { Confidence, Scheme } from '../../../src/providers/types.ts'
import { validateSecret } from '../../../src/verification/secrets.ts'
import { readFetchedVectors, readVectors, type Vector, vectorFiles } from '../verification/requests.ts'

const notRows = new Set(['describe.ts', 'own-header.ts', 'registry.ts', 'types.ts'])
const root = new URL('../../../', import.meta.url)
const text = (path: string) => readFileSync(new URL(path, root), 'utf8')

/** The library that is the other side of this provider in `npm run test:sdk`, by provider. */
const libraries = new Map(
  readdirSync(new URL('test/sdk/senders/', root)).map((file) => [
    file.replace(/\.ts$/, ''),
    /^ {2}name: '(.+)',$/m.exec(text(`test/sdk/senders/${file}`))?.[1],
  ]),
)

/** The best that the vectors say of themselves. */
function evidenceOf(vectors: readonly Vector[]): Confidence {
  if (vectors.some(({ origin }) => origin.includes('official SDK'))) return 'official SDK'
  return vectors.some(({ origin }) => origin.includes('official documentation')) ? 'official docs' : 'computed'
}

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
        assert.match(row.title, /^\S/)
      })

      it('names each scheme once, and headers in lower case', () => {
        const names = row.schemes.map(({ name }) => name)
        assert.ok(names.length > 0)
        assert.equal(new Set(names).size, names.length)
        const places = [...row.id.flat(), ...row.type.flat(), ...row.schemes.flatMap(placesOf)]
        for (const place of places) {
          assert.match(
            place,
            /^(?:body|header:[a-z0-9-]+|header-json:[a-z0-9-]+#\/.+|body:\/.+|query:.+|form:.+|multipart:.+|list:.+)$/,
          )
        }
      })

      it('is frozen: no source can change it for another', () => {
        assert.ok(Object.isFrozen(row) && Object.isFrozen(row.schemes) && row.schemes.every(Object.isFrozen))
      })

      if (row.confidence === 'unsigned' || row.confidence === 'not verified') {
        it('checks no rule that nobody knows: only a secret of the operator, in the places of all such rows', () => {
          assert.equal(row.schemes, tokenSchemes)
          assert.match(row.known ?? '', /^\S.*\.$/)
          assert.ok(validateSecret(row, 'f'.repeat(32)) === null && validateSecret(row, 'user:password') === null)
          assert.match(validateSecret(row, `whsec_${'f'.repeat(32)}`) ?? '', /for signatures/)
        })
        if (row.name !== 'token') return
      }

      it('has requests that are known to be right, for each of its schemes, whose secrets it takes', () => {
        const vectors = [...readVectors(row.name), ...readFetchedVectors(row.name)]
        for (const { secret } of vectors) assert.equal(validateSecret(row, secret), null)
        const proved = new Set(vectors.map(({ scheme }) => scheme))
        // The default source's schemes are those of other rows. DocuSign's differ by a number only.
        if (row.name === 'generic') return
        const unproved = row.schemes.filter(({ name }) => !proved.has(name) && !/-\d+$/.test(name))
        assert.deepEqual(unproved, [])
      })

      it('claims the confidence that its vectors give, and a library that signs or verifies with us', () => {
        const vectors = [...readVectors(row.name), ...readFetchedVectors(row.name)]
        // Neither row is a sender's.
        if (row.name === 'generic' || row.name === 'token') return
        assert.equal(row.confidence, evidenceOf(vectors))
        for (const { origin } of vectors) {
          const named = /official SDK (\S+)@\d/.exec(origin)?.[1]
          if (named !== undefined) assert.equal(libraries.get(row.name), named, `test/sdk/senders/${row.name}.ts`)
        }
        assert.equal(libraries.has(row.name), row.confidence === 'official SDK')
        if (row.confidence === 'official SDK') assert.equal(row.secondHand, undefined)
      })
    })
  }

  it('are proved with libraries of one version, for senders that have a row', () => {
    const installed = ['package.json', 'test/sdk/package.json'].map((path) => JSON.parse(text(path)))
    for (const [name, library = ''] of libraries) {
      assert.ok(findProvider(name), `test/sdk/senders/${name}.ts`)
      const versions = installed.map(({ dependencies, devDependencies }) => ({ ...dependencies, ...devDependencies }))
      assert.match(versions.map((all) => all[library]).find(Boolean) ?? '', /^\d+\.\d+\.\d+$/, library)
    }
  })

  it('have no vectors without a row', () => {
    for (const name of vectorFiles()) assert.ok(findProvider(name), name)
  })
})

function placesOf(scheme: Scheme): readonly string[] {
  const { at, when } = scheme
  const own =
    scheme.kind === 'token' || scheme.kind === 'jwt' ? [] : [scheme.id, scheme.timestamp?.from, scheme.bound?.at]
  return [at, when?.at, ...own].filter((place) => place !== undefined)
}

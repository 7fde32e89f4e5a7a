import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { it } from 'node:test'
import { standingOf, states } from '../../console/text/states.ts'
import { Attempt, Destination, Job, stateFilter } from '../../src/operator/schemas.ts'

const glossary = readFileSync(new URL('../../docs/glossary.md', import.meta.url), 'utf8')

const wordsOf = (schema: object): readonly string[] =>
  'anyOf' in schema && Array.isArray(schema.anyOf) ? schema.anyOf.map((one) => String(one.const)) : []

/** What is explained under a heading, in the order of the page. */
function table(head: string): readonly string[] {
  const [, rows = ''] = glossary.split(`| ${head} | |\n`)
  return [...(rows.split('\n\n')[0] ?? '').matchAll(/^\| `(\w+)` \|/gm)].map(([, word = '']) => word)
}

it('docs/glossary.md explains the words that the API has for a state or an outcome, and no other', () => {
  const sorted = (words: readonly string[]) => [...words].sort()
  assert.deepEqual(sorted(table('state of a delivery')), sorted(wordsOf(stateFilter)))
  assert.deepEqual(sorted(table('outcome of an attempt')), sorted(wordsOf(Attempt.properties.outcome)))
  for (const word of [...wordsOf(Destination.properties.state), ...wordsOf(Job.properties.state)]) {
    assert.ok(glossary.includes(`\`${word}\``), word)
  }
})

it('the console has no other words for them', () => {
  assert.deepEqual(
    states.map((state) => standingOf(state).word),
    states,
  )
  assert.deepEqual([...states].sort(), [...wordsOf(stateFilter), 'none'].sort())
})

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { it } from 'node:test'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

it('docs/doctor.md explains every cause, and no other', () => {
  const [, union = ''] = /export type Cause =([\s\S]+?)\n\n/.exec(read('src/diagnosis/types.ts')) ?? []
  const causes = [...union.matchAll(/'(\w+)'/g)].map(([, cause]) => cause)
  assert.ok(causes.length > 40)
  const [, section = ''] = /## Causes([\s\S]+?)\n## /.exec(read('docs/doctor.md')) ?? []
  const explained = [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, cause]) => cause)
  assert.deepEqual([...explained].sort(), [...causes].sort())
})

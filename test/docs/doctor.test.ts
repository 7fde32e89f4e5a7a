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

it('docs/doctor.md explains every check, and no other', () => {
  const files = [
    'src/diagnosis/checks.ts',
    'src/diagnosis/checks-network.ts',
    'src/diagnosis/machine.ts',
    'src/diagnosis/check-disk.ts',
    'src/diagnosis/check-store.ts',
    'src/diagnosis/check-clock.ts',
    'src/cli/doctor/gateway.ts',
    'src/cli/doctor/transport.ts',
    'src/cli/doctor/backlog.ts',
    'src/cli/doctor/doctor.ts',
  ]
  const checks = files.flatMap((file) =>
    [...read(file).matchAll(/\b(?:ok|warn|fail|say)\(\s*'([a-z-]+)'/g)].map(([, check = '']) => check),
  )
  const [, section = ''] = /## A deployment([\s\S]+)$/.exec(read('docs/doctor.md')) ?? []
  const explained = [...section.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, check]) => check)
  assert.deepEqual([...explained].sort(), [...new Set(checks)].sort())
})

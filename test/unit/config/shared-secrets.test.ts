import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { loadConfig } from '../../../src/config/load.ts'
import { configOf } from './file/support.ts'

const secret = 'c0ffee00c0ffee00c0ffee00c0ffee00'
const other = 'facade00facade00facade00facade00'
const warningsOf = (env: Record<string, string>) => loadConfig(env, { cwd: '/srv/app' }).warnings
const said = (names: string) =>
  `The sources ${names} have the same secret, so nothing tells their senders apart: give each a secret of its own.`

describe('two sources with the same secret', () => {
  it('are named in a warning that does not show it', () => {
    const warnings = warningsOf({ GITHUB_WEBHOOK_SECRET: secret, WEBHOOK_SECRET: secret, ACME_WEBHOOK_SECRET: other })
    assert.deepEqual(warnings, [said('"default" and "github"')])
  })

  it('are named once where the previous one is the same too, and all in one line', () => {
    const warnings = warningsOf({
      A1_WEBHOOK_SECRET: secret,
      A1_WEBHOOK_SECRET_PREVIOUS: other,
      B1_WEBHOOK_SECRET: secret,
      B1_WEBHOOK_SECRET_PREVIOUS: other,
      C1_WEBHOOK_SECRET: '1234567890abcdef1234567890abcdef',
    })
    assert.deepEqual(warnings, [said('"a1" and "b1"')])
  })

  it('are found when it is the previous one of the other', () => {
    const warnings = warningsOf({
      A1_WEBHOOK_SECRET: secret,
      B1_WEBHOOK_SECRET: other,
      B1_WEBHOOK_SECRET_PREVIOUS: secret,
    })
    assert.deepEqual(warnings, [said('"a1" and "b1"')])
  })

  it('are found when one is in the file', () => {
    const { warnings } = configOf({ sources: { acme: { secret } } }, { GITHUB_WEBHOOK_SECRET: secret })
    assert.deepEqual(warnings, [said('"github" and "acme"')])
  })
})

it('a source whose previous secret is its current one is no pair', () => {
  assert.deepEqual(warningsOf({ A1_WEBHOOK_SECRET: secret, A1_WEBHOOK_SECRET_PREVIOUS: secret }), [])
})

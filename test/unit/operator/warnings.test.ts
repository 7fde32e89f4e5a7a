import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { loadConfig } from '../../../src/config/load.ts'
import { retryDays } from '../../../src/operator/retry-window.ts'
import type { DestinationView } from '../../../src/operator/schemas.ts'
import { findWarnings, type WarningOptions } from '../../../src/operator/warnings.ts'
import { providers } from '../../../src/providers/registry.ts'

const gibibyte = 1024 ** 3
const now = Date.parse('2026-01-02T12:00:00Z')
const secret = 'a'.repeat(40)
const config = (env: Record<string, string> = {}) => loadConfig({ WEBHOOK_SECRET: secret, ...env }, { cwd: '/srv' })
const find = (over: Partial<WarningOptions> = {}) =>
  findWarnings({
    config: config(),
    store: { status: () => ({ state: 'ready', error: null }) },
    destinations: [],
    disk: { free: 100 * gibibyte, size: 200 * gibibyte },
    now,
    ...over,
  })
const destination = (over: Partial<DestinationView>): DestinationView => ({
  name: 'crm',
  configured: true,
  state: 'active',
  reason: null,
  since: null,
  pending: 3,
  retrying: 0,
  leased: 0,
  dead: 0,
  oldestDueAt: null,
  ...over,
})

describe('warnings', () => {
  it('there are none where nothing is doubtful', () => {
    assert.deepEqual(find(), [])
    assert.deepEqual(find({ destinations: [destination({ oldestDueAt: new Date(now - 60_000).toISOString() })] }), [])
  })

  it('what was doubtful at the start stays so', () => {
    const found = find({ config: loadConfig({ ADMIN_TOKEN: 'short' }, { cwd: '/srv' }) })
    assert.ok(found.some(({ text }) => /No secret is set/.test(text)))
    assert.ok(found.some(({ text }) => /ADMIN_TOKEN: has only 5/.test(text)))
    assert.equal(new Set(found.map(({ code }) => code)).size, found.length)
  })

  it('a store that cannot commit comes first', () => {
    const [first] = find({
      config: loadConfig({}, { cwd: '/srv' }),
      store: { status: () => ({ state: 'failing', error: 'the disk is full' }) },
    })
    assert.equal(first?.level, 'critical')
    assert.match(first?.text ?? '', /the disk is full.*Free space/)
  })

  it('a disk that is nearly full', () => {
    assert.equal(find({ disk: { free: gibibyte, size: 100 * gibibyte } })[0]?.level, 'warning')
    assert.equal(find({ disk: { free: gibibyte / 8, size: 100 * gibibyte } })[0]?.level, 'critical')
    assert.deepEqual(find({ disk: { free: gibibyte, size: 4 * gibibyte } }), [])
    assert.deepEqual(find({ disk: null }), [])
  })

  it('ids that are forgotten before their sender gives up', () => {
    const env = { DOCUSIGN_WEBHOOK_SECRET: 'b'.repeat(40) }
    const [found] = find({ config: config({ ...env, DEDUP_RETENTION_DAYS: '14' }) })
    assert.match(found?.text ?? '', /for 15 days, but ids are remembered for 14 only.*Raise DEDUP_RETENTION_DAYS to 15/)
    assert.deepEqual(find({ config: config(env) }), [])
  })

  it('destinations that are stuck, each with what to do', () => {
    const late = new Date(now - 3_600_000).toISOString()
    const text = (over: Partial<DestinationView>) => find({ destinations: [destination(over)] })[0]?.text ?? ''
    assert.match(text({ state: 'disabled', reason: 'answered 410' }), /disabled \(answered 410\): enable it/)
    assert.match(text({ configured: false }), /in no setting any more: move/)
    assert.match(text({ oldestDueAt: late }), /due for 60 minutes/)
    assert.match(text({ state: 'paused', oldestDueAt: late }), /is paused.*resume it/)
  })
})

describe('how long a sender tries again', () => {
  it('is read from its words', () => {
    const found = ['up to 25 times in 3 days', 'for about 2 weeks', 'for 24 h', 'after 5 min, 1 h, 5 h and 18 h']
    assert.deepEqual(found.map(retryDays), [3, 14, 1, 0.75])
    for (const text of [undefined, 'never', 'twice', 'up to 10 times']) assert.equal(retryDays(text), null)
  })

  it('of every sender that names days or weeks is known', () => {
    for (const { name, retries = '' } of providers.values()) {
      if (/days?\b|weeks?\b/.test(retries)) assert.ok((retryDays(retries) ?? 0) >= 1, `${name}: ${retries}`)
    }
  })
})

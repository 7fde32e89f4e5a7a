import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { loadConfig } from '../../../src/config/load.ts'
import type { DestinationView } from '../../../src/operator/schemas.ts'
import { findWarnings, type WarningOptions } from '../../../src/operator/warnings.ts'

const gibibyte = 1024 ** 3
const secret = 'a'.repeat(40)
const config = (env: Record<string, string> = {}) => loadConfig({ WEBHOOK_SECRET: secret, ...env }, { cwd: '/srv' })
const sound: WarningOptions['store'] = {
  engine: 'sqlite',
  clockAhead: () => 0,
  status: () => ({ state: 'ready', error: null }),
  doubts: () => [],
}
const find = (over: Partial<WarningOptions> = {}) =>
  findWarnings({
    config: config(),
    store: sound,
    destinations: [],
    disk: { free: 100 * gibibyte, size: 200 * gibibyte },
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
  ageSeconds: 0,
  ...over,
})

describe('warnings', () => {
  it('there are none where nothing is doubtful', () => {
    assert.deepEqual(find(), [])
    assert.deepEqual(find({ destinations: [destination({ ageSeconds: 60 })] }), [])
  })

  it('what was doubtful at the start stays so', () => {
    const found = find({ config: loadConfig({ ADMIN_TOKEN: 'short' }, { cwd: '/srv' }) })
    assert.ok(found.some(({ text }) => /No secret is set/.test(text)))
    assert.ok(found.some(({ text }) => /ADMIN_TOKEN: has only 5/.test(text)))
    assert.equal(new Set(found.map(({ code }) => code)).size, found.length)
  })

  it('what the store may lose is a sentence of its own, also while it cannot commit', () => {
    const doubts = () => ['it writes no log', 'fsync is off']
    const both = [
      ['warning', 'It writes no log.'],
      ['warning', 'Fsync is off.'],
    ]
    const shown = (state: 'ready' | 'failing') =>
      find({ store: { ...sound, status: () => ({ state, error: null }), doubts } }).map(({ level, text }) => [
        level,
        text,
      ])
    assert.deepEqual(shown('ready'), both)
    assert.deepEqual(shown('failing').slice(1), both)
  })

  it('a store that cannot commit comes first', () => {
    const [first] = find({
      config: loadConfig({}, { cwd: '/srv' }),
      store: { ...sound, status: () => ({ state: 'failing', error: 'the disk is full' }) },
    })
    assert.equal(first?.level, 'critical')
    assert.match(first?.text ?? '', /the disk is full.*Free space/)
  })

  it('a clock that is not that of the server, by however much under one code', () => {
    for (const [ahead, level, text] of [
      [90_000, 'critical', /^This machine's clock is 90 s behind that of the database: .*rejected as expired.*NTP/],
      [-4_000, 'warning', /^This machine's clock is 4 s ahead of that of the database: /],
    ] as const) {
      const [found, ...others] = find({ store: { ...sound, engine: 'postgres', clockAhead: () => ahead } })
      assert.deepEqual([found?.code, found?.level, others], ['store-clock', level, []])
      assert.match(found?.text ?? '', text)
    }
    assert.deepEqual(find({ store: { ...sound, engine: 'redis' } }), [])
  })

  it('a disk that is nearly full', () => {
    assert.equal(find({ disk: { free: gibibyte, size: 100 * gibibyte } })[0]?.level, 'warning')
    assert.equal(find({ disk: { free: gibibyte / 8, size: 100 * gibibyte } })[0]?.level, 'critical')
    assert.deepEqual(find({ disk: { free: gibibyte, size: 4 * gibibyte } }), [])
    assert.deepEqual(find({ disk: null }), [])
  })

  it('ids that are forgotten before their sender gives up', () => {
    const env = { ADYEN_WEBHOOK_SECRET: '44'.repeat(32) }
    const [found] = find({ config: config({ ...env, DEDUP_RETENTION_DAYS: '14' }) })
    assert.match(found?.text ?? '', /Adyen .* 30 days, but ids are kept for 14: .*raise DEDUP_RETENTION_DAYS/)
    assert.deepEqual(find({ config: config(env) }), [])
  })

  it('no secret where it matters comes first', () => {
    const [first] = find({ config: loadConfig({ NODE_ENV: 'production' }, { cwd: '/srv' }) })
    assert.deepEqual([first?.level, first?.code.split(':')[0]], ['critical', 'signatures'])
  })

  it('destinations that are stuck, each with what to do', () => {
    const text = (over: Partial<DestinationView>) => find({ destinations: [destination(over)] })[0]?.text ?? ''
    assert.match(text({ state: 'disabled', reason: 'answered 410' }), /disabled \(answered 410\).*enable it/)
    assert.match(text({ configured: false }), /in no setting any more: move/)
    assert.match(text({ ageSeconds: 3_600 }), /been due for 60 minutes/)
    assert.match(text({ state: 'paused', ageSeconds: 3_600 }), /is paused.*resume it/)
  })
})

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { ConfigError } from '../../../src/config/load.ts'
import { Settings } from '../../../src/config/schema.ts'
import { mountPoints } from '../../../src/library/mount-points.ts'
import type { PosthornOptions } from '../../../src/library/options.ts'
import { hostSettings, readOptions, settingOptions } from '../../../src/library/read-options.ts'
import { tempDir } from '../../support/temp-dir.ts'

const secret = 'a secret of some length, for tests'
const cwd = tempDir()
const read = (options: PosthornOptions, processEnv = {}) => readOptions(options, { cwd, processEnv })

function problems(options: object): readonly string[] {
  try {
    read(options)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

describe('the options of the library', () => {
  it('have a name for every setting, but for those that are the host’s', () => {
    const text = readFileSync(join(import.meta.dirname, '../../../src/library/options.ts'), 'utf8')
    const [, body = ''] = /interface SettingOptions \{([\s\S]*?)\n\}/.exec(text) ?? []
    const declared = [...body.matchAll(/readonly (\w+)\?:/g)].map(([, name = '']) => name)
    assert.deepEqual(declared.sort(), [...settingOptions.keys()].sort())
    for (const name of hostSettings) assert.ok(Object.hasOwn(Settings.properties, name), `${name} is no setting`)
    assert.equal(settingOptions.get('timestampToleranceSeconds'), 'TIMESTAMP_TOLERANCE_SECONDS')
  })

  it('are read as the settings are', () => {
    const { config, handlerFiles } = read({
      dataDir: 'events',
      webhookSecret: ` ${secret} `,
      bodyLimit: '10mb',
      eventRetentionDays: 3,
      keepRejections: false,
      forwardUrl: ['http://127.0.0.1:1/a', 'http://127.0.0.1:1/b'],
      webhookAllow: '10.0.0.0/8',
      sources: { github: { secret } },
      destinations: { billing: { url: 'http://127.0.0.1:1/billing', secret: false, types: 'invoice.*' } },
    })
    assert.equal(config.dataDir, join(cwd, 'events'))
    assert.equal(config.defaultSource.secrets?.current, ` ${secret} `)
    assert.equal(config.defaultSource.bodyLimit, 10 * 1024 * 1024)
    assert.deepEqual(config.defaultSource.allow, ['10.0.0.0/8'])
    assert.equal(config.eventRetentionMs, 3 * 24 * 60 * 60 * 1000)
    assert.equal(config.keepRejections, false)
    assert.equal(config.forwardUrls.length, 2)
    assert.deepEqual([...config.sources.keys()], ['github'])
    assert.deepEqual(
      config.destinations.map(({ name }) => name),
      ['billing'],
    )
    assert.equal(config.logPayloads, false, 'the log is the host’s')
    assert.equal(handlerFiles, false, 'a folder of that name may be the host’s own')
    assert.equal(read({ webhookSecret: secret, handlersDir: '.' }).handlerFiles, true)
  })

  it('read nothing from the environment unless told to, and of it nothing that is the host’s', () => {
    const env = {
      WEBHOOK_SECRET: secret,
      STRIPE_WEBHOOK_SECRET: `whsec_${'a'.repeat(32)}`,
      PORT: 'not a port',
      LOG_LEVEL: 'loud',
      DATABASE_URL: 'postgres://localhost/mine',
      REDIS_URL: 'redis://localhost',
      NODE_ENV: 'development',
    }
    assert.match(problems({})[0] ?? '', /^requireSignature: /)
    const { config } = read(
      { env, sources: { acme: { secret: { env: 'WEBHOOK_SECRET' } } } },
      { NODE_ENV: 'production' },
    )
    assert.deepEqual([...config.sources.keys()].sort(), ['acme', 'stripe'])
    assert.equal(config.defaultSource.secrets?.current, secret)
    assert.equal(config.production, true, 'NODE_ENV is the process’s')
    assert.equal(
      read({ env, webhookSecret: 'another one, from the program' }).config.defaultSource.secrets?.current,
      'another one, from the program',
    )
  })

  it('take functions as handlers, with options of their own', () => {
    const handler = async () => {}
    const { config, handlers } = read({
      webhookSecret: secret,
      handlers: { a: handler, _all: { handler, timeout: '5s', from: 'default' } },
    })
    assert.deepEqual(
      [...handlers],
      [
        ['a', handler],
        ['_all', handler],
      ],
    )
    assert.deepEqual([...config.handlers.keys()], ['_all'])
    assert.equal(config.handlers.get('_all')?.timeoutMs, 5000)
  })

  it('that cannot be used are named, all of them, and secrets are not shown', () => {
    const lines = problems({
      dataDir: 7n,
      webhookSecret: '',
      eventRetentionDays: 'soon',
      deliveryConcurrency: null,
      prefix: '/hooks/',
      operator: 'yes',
      onBroken: 1,
      logLevel: 'loud',
      sources: { github: { secret: undefined } },
      destinations: { a: { url: 'nonsense' } },
      handlers: { b: 1, c: { timeout: '5s' } },
      adminTokn: 'a-secret-that-must-not-be-shown',
      forwardSecret: 'a-secret-that-must-not-be-shown',
      trustProxy: true,
    })
    const expected = [
      /^dataDir: a value of type bigint is not accepted/,
      /^webhookSecret: is set but empty/,
      /^requireSignature: is true, but there is no secret/,
      /^eventRetentionDays: "soon" is not accepted; give a whole number/,
      /^deliveryConcurrency: null is not accepted/,
      /^prefix: is not accepted/,
      /^operator: is not accepted; give true or false/,
      /^onBroken: is not accepted/,
      /^logLevel: "loud" is not accepted; give one of/,
      /^posthorn: sources\.github\.secret: is undefined/,
      /^posthorn: destinations\.a\.url: /,
      /^handlers\["b"\]: is not a function/,
      /^handlers\["c"\]: is not a function, nor an object/,
      /^adminTokn: there is no such option; did you mean adminToken\?/,
      /^forwardSecret: the value given is not accepted/,
      /^trustProxy: is a matter of the app/,
    ]
    for (const pattern of expected)
      assert.ok(
        lines.some((line) => pattern.test(line)),
        `${pattern} in\n${lines.join('\n')}`,
      )
    assert.equal(lines.length, expected.length, lines.join('\n'))
    assert.doesNotMatch(lines.join('\n'), /must-not-be-shown/)
  })

  it('are named where others name settings, unless the environment has the setting', () => {
    assert.match(
      problems({ webhookSecret: secret, dedupRetentionDays: 3 })[0] ?? '',
      /^dedupRetentionDays: 3 is less than eventRetentionDays/,
    )
    const lines = problems({ webhookSecret: secret, env: { DEDUP_RETENTION_DAYS: '3' } })
    assert.match(lines[0] ?? '', /^DEDUP_RETENTION_DAYS: 3 is less than eventRetentionDays/)
  })
})

describe('where requests are handed over', () => {
  it('is one place for each first segment, the root and health excepted', () => {
    const urls = [
      '/',
      '',
      '/health',
      '/health/',
      '/health/*',
      '/webhook/:event',
      '/webhook/:event/',
      '/webhook/*',
      '/metrics',
      '/metrics/',
      '/api/events/:id/body',
    ]
    assert.deepEqual(mountPoints(urls, { health: false }), ['/api/*', '/metrics', '/webhook/*'])
    assert.deepEqual(mountPoints(urls, { health: true }), ['/api/*', '/health', '/health/*', '/metrics', '/webhook/*'])
  })
})

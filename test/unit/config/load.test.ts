import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { ConfigError, loadConfig } from '../../../src/config/load.ts'
import { Settings } from '../../../src/config/schema.ts'
import type { Config } from '../../../src/config/types.ts'

const cwd = '/srv/app'
const load = (env: Record<string, string | undefined> = {}): Config => loadConfig(env, { cwd })

/** The problems that an environment causes; fails when there are none. */
function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    load(env)
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.problems
  }
  assert.fail(`accepted: ${JSON.stringify(env)}`)
}

describe('nothing set', () => {
  test('gives the documented defaults', () => {
    const { defaultSource, warnings, settings: _, ...rest } = load()
    assert.deepEqual(rest, {
      production: false,
      port: 3000,
      host: '::',
      dataDir: join(cwd, 'data'),
      database: null,
      redis: null,
      defaultSourceOpen: true,
      sources: new Map(),
      configFile: null,
      destinations: [],
      queues: [],
      handlers: new Map(),
      dedupRetentionMs: 35 * 86_400_000,
      eventRetentionMs: 14 * 86_400_000,
      keepRejections: true,
      adminToken: null,
      viewerToken: null,
      sendHosts: [],
      corsOrigin: '*',
      trustProxy: [],
      trustProxyHeader: null,
      publicUrl: null,
      forwardUrls: [],
      forwardSecret: null,
      handlersDir: join(cwd, 'handlers'),
      logLevel: 'info',
      logPretty: false,
      logPayloads: true,
      drainMs: 5000,
      storeTimeoutMs: 1000,
      tracing: null,
      maxPendingEvents: 5000,
      headersTimeoutMs: 10_000,
      requestTimeoutMs: 15_000,
      keepAliveTimeoutMs: 75_000,
      maxConnections: 10_000,
      rateLimitPerMinute: 0,
      deliveryConcurrency: 10,
      deliveryTimeoutMs: 15_000,
    })
    assert.equal(defaultSource.name, 'default')
    assert.match(warnings.join(), /WEBHOOK_SECRET/)
  })

  test('an empty or blank variable counts as not set', () => {
    const blank = Object.fromEntries(
      Object.entries(Settings.properties)
        .filter(([name, { kind }]) => !['secret', 'whsec', 'token'].includes(kind) && name !== 'WEBHOOK_ALLOW')
        .map(([name], index) => [name, index % 2 === 0 ? '' : ' \t']),
    )
    assert.deepEqual(load({ ...blank, DATABASE_URL: '' }), load())
  })

  test('the configuration cannot be changed', () => {
    const config = load({ GITHUB_WEBHOOK_SECRET: 'a'.repeat(32), FORWARD_URL: 'http://localhost/a' })
    const inner = [config.trustProxy, config.forwardUrls, config.warnings, config.defaultSource]
    const source = config.sources.get('github')
    for (const part of [config, ...inner, source, source?.secrets]) assert.ok(Object.isFrozen(part))
  })
})

describe('values', () => {
  test('are read as their kind says', () => {
    const config = load({
      NODE_ENV: 'Production',
      PORT: ' 8080 ',
      HOST: '127.0.0.1',
      DATA_DIR: 'var/events',
      HANDLERS_DIR: '/opt/handlers',
      EVENT_RETENTION_DAYS: '7',
      DEDUP_RETENTION_DAYS: '8',
      CORS_ORIGIN: 'https://App.example.com',
      TRUST_PROXY: '10.0.0.0/8, 192.0.2.1  fd00::/8,::1',
      PUBLIC_URL: 'https://hooks.example.com/in/',
      FORWARD_URL: ' http://u:p@localhost:1/a\n https://[::1]/b?c=d http://u:p@localhost:1/a',
      LOG_LEVEL: 'WARN',
      DRAIN_SECONDS: '0',
      STORE_TIMEOUT_MS: '250',
      DELIVERY_TIMEOUT_SECONDS: '30',
    })
    assert.equal(config.production, true)
    assert.equal(config.port, 8080)
    assert.equal(config.host, '127.0.0.1')
    assert.equal(config.dataDir, join(cwd, 'var/events'))
    assert.equal(config.handlersDir, '/opt/handlers')
    assert.equal(config.eventRetentionMs, 7 * 86_400_000)
    assert.equal(config.dedupRetentionMs, 8 * 86_400_000)
    assert.equal(config.corsOrigin, 'https://app.example.com')
    assert.deepEqual(config.trustProxy, ['10.0.0.0/8', '192.0.2.1', 'fd00::/8', '::1'])
    assert.equal(config.publicUrl, 'https://hooks.example.com/in')
    assert.deepEqual(config.forwardUrls, ['http://u:p@localhost:1/a', 'https://[::1]/b?c=d'])
    assert.equal(config.logLevel, 'warn')
    assert.equal(config.drainMs, 0)
    assert.equal(config.storeTimeoutMs, 250)
    assert.equal(config.deliveryTimeoutMs, 30_000)
  })

  test('a folder of handlers that was named and is not there is warned of', () => {
    assert.match(
      load({ HANDLERS_DIR: 'no-such-folder' }).warnings.join(),
      /HANDLERS_DIR: ".*no-such-folder" is not there/,
    )
    assert.doesNotMatch(load({ HANDLERS_DIR: import.meta.dirname }).warnings.join(), /HANDLERS_DIR/)
    assert.doesNotMatch(load().warnings.join(), /HANDLERS_DIR/)
  })

  test('sizes count in 1024s', () => {
    const limit = (BODY_LIMIT: string) => load({ BODY_LIMIT }).defaultSource.bodyLimit
    assert.equal(limit('5000'), 5000)
    assert.equal(limit('2048b'), 2048)
    assert.equal(limit('512kb'), 512 * 1024)
    assert.equal(limit('5 MiB'), 5 * 1024 ** 2)
    assert.equal(limit('5MB'), 5 * 1024 ** 2)
    assert.equal(limit('256m'), 256 * 1024 ** 2)
  })

  test('booleans may be written in four ways', () => {
    for (const yes of ['true', '1', 'yes', 'On']) assert.equal(load({ LOG_PAYLOADS: yes }).logPayloads, true)
    for (const no of ['FALSE', '0', 'no', 'off']) assert.equal(load({ LOG_PAYLOADS: no }).logPayloads, false)
  })

  test('payloads stay out of the log in production unless asked for', () => {
    assert.equal(load({ NODE_ENV: 'production' }).logPayloads, false)
    assert.equal(load({ NODE_ENV: 'production', LOG_PAYLOADS: 'true' }).logPayloads, true)
  })

  test('the log is for people under "npm run dev" only, unless asked for', () => {
    assert.equal(load({ npm_lifecycle_event: 'dev' }).logPretty, true)
    assert.equal(load({ npm_lifecycle_event: 'start' }).logPretty, false)
    assert.equal(load({ npm_lifecycle_event: 'dev', NODE_ENV: 'production' }).logPretty, false)
    assert.equal(load({ npm_lifecycle_event: 'dev', LOG_FORMAT: 'json' }).logPretty, false)
    assert.equal(load({ LOG_FORMAT: 'pretty' }).logPretty, true)
  })

  test('ids are remembered at least as long as events are kept', () => {
    assert.equal(load({ EVENT_RETENTION_DAYS: '90' }).dedupRetentionMs, 90 * 86_400_000)
    const [problem = '', ...more] = problemsOf({ DEDUP_RETENTION_DAYS: '13' })
    assert.deepEqual(more, [])
    assert.match(problem, /^DEDUP_RETENTION_DAYS: 13 is less than EVENT_RETENTION_DAYS \(14\)/)
  })

  test('headers may not take longer than the request they belong to', () => {
    const [problem = ''] = problemsOf({ REQUEST_TIMEOUT_SECONDS: '9' })
    assert.match(problem, /^HEADERS_TIMEOUT_SECONDS: 10 is more than REQUEST_TIMEOUT_SECONDS \(9\)/)
    assert.equal(load({ REQUEST_TIMEOUT_SECONDS: '10' }).requestTimeoutMs, 10_000)
  })

  test('hosts for test events are read in one spelling, with their ports', () => {
    const { sendHosts } = load({ SEND_HOSTS: 'LOCALHOST:4000, app.internal\n[::1]:80 10.0.0.07' })
    assert.deepEqual(sendHosts, ['localhost:4000', 'app.internal', '[::1]:80', '10.0.0.7'])
  })

  test('a destination without a secret to sign with is pointed out', () => {
    const env = { FORWARD_URL: 'http://localhost:1' }
    assert.match(load(env).warnings.join(), /FORWARD_SECRET/)
    const FORWARD_SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
    const config = load({ ...env, FORWARD_SECRET })
    assert.equal(config.forwardSecret, FORWARD_SECRET)
    assert.doesNotMatch(config.warnings.join(), /FORWARD_SECRET/)
  })
})

describe('a setting that cannot be used', () => {
  const bad: Readonly<Record<string, readonly string[]>> = {
    PORT: ['1.5', '-1', '65536', '1e3', '0x50', '99999999999999999999', 'http', '3000;'],
    HOST: ['[::]', 'localhost:3000', 'http://localhost', '300.1.1.1:1', 'a b'],
    KEEP_REJECTIONS: ['maybe', '2'],
    REQUIRE_SIGNATURE: ['maybe', '2', 'truee'],
    TIMESTAMP_TOLERANCE_SECONDS: ['0', '86401', '5m'],
    DEDUP_RETENTION_DAYS: ['0', '3651', '35d'],
    EVENT_RETENTION_DAYS: ['0', '-5'],
    BODY_LIMIT: ['5', '1.5mb', '5 potatoes', '257mb', '-1', '9007199254740993kb', 'mb'],
    PUBLIC_URL: ['hooks.example.com', 'ftp://hooks.example.com', 'https://x.example/?a=b', 'https://x.example/#a'],
    TRUST_PROXY: ['true', '1', '10.0.0.0/33', '0.0.0.0/0', '::/0', '10.0.0.256', 'fe80::1%eth0', '10.0.0.0/08', ','],
    TRUST_PROXY_HEADER: ['X-Real-IP:', 'the header'],
    CORS_ORIGIN: ['https://example.com/', 'example.com', 'https://a.example,https://b.example', 'null'],
    SEND_HOSTS: ['http://localhost:4000', 'a:b', 'localhost:70000', 'a/b', ','],
    LOG_LEVEL: ['verbose', '30'],
    LOG_FORMAT: ['text'],
    REDIS_PREFIX: ['two words', '{a}'],
    REDIS_DURABILITY: ['loose'],
    LOG_PAYLOADS: ['headers'],
    ECHO: ['never'],
    DRAIN_SECONDS: ['301', '5s'],
    STORE_TIMEOUT_MS: ['0', '1s'],
    MAX_PENDING_EVENTS: ['0'],
    DATABASE_SCHEMA: ['pg_mine', 'My-Schema', '1st'],
    DATABASE_POOL_SIZE: ['2', '101', 'ten'],
    HEADERS_TIMEOUT_SECONDS: ['0'],
    REQUEST_TIMEOUT_SECONDS: ['3601'],
    KEEP_ALIVE_TIMEOUT_SECONDS: ['0'],
    MAX_CONNECTIONS: ['0', 'Infinity'],
    RATE_LIMIT_PER_MINUTE: ['-1', '1.5', 'no'],
    DELIVERY_CONCURRENCY: ['0', '1001'],
    DELIVERY_TIMEOUT_SECONDS: ['0', '301'],
  }

  for (const [name, values] of Object.entries(bad)) {
    test(`${name} is named with what was given and what is accepted`, () => {
      const accepted = Object.entries(Settings.properties).find(([known]) => known === name)?.[1].accepted
      for (const value of values) {
        const line = `${name}: ${JSON.stringify(value)} is not accepted; give ${accepted}.`
        assert.ok(problemsOf({ [name]: value }).includes(line), `${name}=${value}`)
      }
    })
  }

  test('every kind of setting that can be wrong is covered', () => {
    const free = ['word', 'path', 'secret', 'whsec', 'token', 'urls', 'database', 'redis']
    // Those of sources are read with their source: protection.test.ts.
    const rest = Object.entries(Settings.properties).filter(
      ([name]) => !(name in bad) && !/WEBHOOK_(?:HEADER|ALLOW|UNSIGNED)$/.test(name),
    )
    assert.deepEqual(
      rest.filter(([, { kind }]) => !free.includes(kind)).map(([name]) => name),
      [],
    )
  })

  test('all of them are reported at once, one line each', () => {
    const env = { PORT: 'x\ny', LOG_LEVEL: 'loud', WEBHOOK_SECRET: '', FORWARD_URL: 'nowhere', REDIS_URL: 'http://h' }
    const problems = problemsOf(env)
    const named = problems.map((line) => line.slice(0, line.indexOf(':')))
    assert.deepEqual(named.sort(), Object.keys(env).sort())
    for (const line of problems) assert.doesNotMatch(line, /\n/)
  })

  test('a long value is cut', () => {
    const [problem = ''] = problemsOf({ PORT: '9'.repeat(5000) })
    assert.ok(problem.length < 200)
  })
})

describe('what must never be shown', () => {
  const password = 'correct-horse'
  const secret = 'hunter2hunter2hunter2hunter2'

  test('credentials of a destination', () => {
    for (const wrong of [
      `ftp://user:${password}@localhost`,
      `user:${password}@localhost/path`,
      `http://user:${password}@localhost:x/`,
      `http://ok.example,http://user:${password}@localhost`,
      `http://user:${password}@localhost/#part`,
      `http://localhost/?token=${password}#part`,
      `http://?token=${password}`,
    ]) {
      const problems = problemsOf({ FORWARD_URL: `http://first.example\n${wrong}` })
      assert.deepEqual(problems, [
        'FORWARD_URL: entry 2 is not accepted; give http(s) URLs without fragment, separated by white space.',
      ])
    }
  })

  test('credentials of a URL whose host is never contacted', () => {
    const problems = problemsOf({ FORWARD_URL: `http://127.0.0.1/ http://user:${password}@169.254.169.254/latest` })
    assert.equal(problems.length, 1)
    assert.match(problems[0] ?? '', /^FORWARD_URL: 169\.254\.169\.254 is an address that is never contacted/)
    assert.ok(!problems.join().includes(password))
  })

  test('credentials of any other URL', () => {
    for (const name of ['PUBLIC_URL', 'CORS_ORIGIN', 'HOST', 'DATABASE_URL', 'REDIS_URL']) {
      const problems = problemsOf({ [name]: `https://user:${password}@localhost` })
      assert.equal(problems.length, 1)
      assert.ok(problems[0]?.startsWith(`${name}: `))
      assert.ok(!problems.join().includes(password))
    }
  })

  test('ADMIN_TOKEN', () => {
    const token = 'f00dcafe'.repeat(4)
    assert.equal(load({ ADMIN_TOKEN: token }).adminToken, token)
    assert.doesNotMatch(load({ ADMIN_TOKEN: token }).warnings.join(), /ADMIN_TOKEN/)
    assert.match(load({ ADMIN_TOKEN: 'short' }).warnings.join(), /ADMIN_TOKEN: has only 5 characters/)
    for (const wrong of ['', 'two words of a token', 'tökentökentöken']) {
      const [problem, ...others] = problemsOf({ ADMIN_TOKEN: wrong })
      assert.deepEqual(others, [])
      assert.match(problem ?? '', /^ADMIN_TOKEN: /)
      if (wrong !== '') assert.ok(!problem?.includes(wrong))
    }
  })

  test('VIEWER_TOKEN, which is another than ADMIN_TOKEN', () => {
    const token = 'f00dcafe'.repeat(8)
    assert.equal(load({ VIEWER_TOKEN: token }).viewerToken, token)
    assert.match(load({ VIEWER_TOKEN: 'short' }).warnings.join(), /VIEWER_TOKEN: has only 5 characters/)
    const [problem, ...others] = problemsOf({ ADMIN_TOKEN: token, VIEWER_TOKEN: token })
    assert.match(problem ?? '', /^VIEWER_TOKEN: is the same as ADMIN_TOKEN/)
    assert.ok(!problem?.includes(token))
    assert.deepEqual(others, [])
  })

  test('FORWARD_SECRET', () => {
    const key = (bytes: number) => Buffer.alloc(bytes, 7).toString('base64')
    for (const wrong of [
      secret,
      key(32),
      `whsec_${key(23)}`,
      `whsec_${key(65)}`,
      `whsec_${secret}!`,
      `whsec_${'A'.repeat(33)}`,
      'whsec_',
      '',
    ]) {
      const problems = problemsOf({ FORWARD_SECRET: wrong })
      assert.equal(problems.length, 1)
      assert.ok(problems[0]?.startsWith('FORWARD_SECRET: '))
      assert.ok(wrong.length < 7 || !problems.join().includes(wrong.slice(6)))
    }
    for (const bytes of [24, 64]) assert.ok(load({ FORWARD_SECRET: `whsec_${key(bytes)}` }).forwardSecret)
  })

  test('a secret that stands in the wrong variable', () => {
    assert.ok(
      !problemsOf({ PORT: `whsec_${secret}` })
        .join()
        .includes(secret),
    )
  })

  test('values of unknown variables', () => {
    assert.ok(!load({ WEBHOOK_SECRETS: secret }).warnings.join().includes(secret))
  })
})

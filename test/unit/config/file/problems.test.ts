import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type {
  CustomProvider,
  HandlerOptions,
  QueueJobOptions,
  QueueOptions,
  SourceOptions,
  UrlOptions,
} from '../../../../src/config/define-config.ts'
import type { DestinationData, HandlerData, QueueData, SourceData } from '../../../../src/config/file/schema.ts'
import { HANDLER_SCHEDULE } from '../../../../src/delivery/schedule.ts'
import { providers } from '../../../../src/providers/registry.ts'
import { tempDir } from '../../../support/temp-dir.ts'
import { configOf, problemsOf, secret, whsec } from './support.ts'

const url = 'http://127.0.0.1/events'
const scheme = {
  name: 'acme',
  kind: 'hmac',
  hash: 'sha256',
  at: 'header:x-acme',
  encoding: 'hex',
  signed: '{body}',
  key: { form: 'utf8' },
}
const acme = (row: object) => ({ sources: { acme: { secret, provider: { schemes: [scheme], ...row } } } })
const orders = (more: object) => ({ destinations: { orders: { url, secret: false, ...more } } })

/** Exactly these lines, in any order, and no secret in them. */
function assertProblems(value: unknown, expected: readonly RegExp[], env = {}): void {
  const problems = problemsOf(value, env)
  for (const said of expected)
    assert.ok(
      problems.some((line) => said.test(line)),
      `${said}\n${problems.join('\n')}`,
    )
  assert.equal(problems.length, expected.length, problems.join('\n'))
  assert.doesNotMatch(problems.join('\n'), /a-secret-that-must-not-be-shown|p4ssword/)
}

describe('the file', () => {
  it('is an object with sections', () => {
    for (const value of [null, 'x', 5, [], () => ({})])
      assertProblems(value, [/^the file: .* is not accepted; give an object/])
    assertProblems({ destination: {} }, [/^destination: there is no such key; did you mean destinations\?$/])
    assertProblems({ sources: [], handlers: 'x' }, [
      /^sources: an empty list is not accepted; give an object of sources by name\.$/,
      /^handlers: "x" is not accepted/,
    ])
    assert.deepEqual(problemsOf({}), [])
  })

  it('has every mistake named at once, with its place', () => {
    const value = {
      sources: { shop: { provider: 'shopifi', secret }, github: { secret: 5 } },
      destinations: {
        orders: { url, secret, schedule: ['5s', '1m', 'soon'], shedule: 1, jitter: 2, from: ['shop', 3], types: [] },
        billing: { url: 'ftp://user:p4ssword@127.0.0.1', concurrency: 0, headers: { 'X-Team': 5 } },
      },
    }
    assertProblems(
      value,
      [
        /^PORT: /,
        /^sources\.shop\.provider: "shopifi" is not accepted; did you mean "shopify"\?$/,
        /^sources\.github\.secret: the value given is not accepted/,
        /^destinations\.orders\.schedule\[2\]: "soon" is not accepted; give a duration/,
        /^destinations\.orders\.shedule: there is no such key; did you mean schedule\?$/,
        /^destinations\.orders\.jitter: 2 is not accepted; give a number from 0 to 1\.$/,
        /^destinations\.orders\.from\[1\]: 3 is not accepted/,
        /^destinations\.orders\.types: an empty list is not accepted; give a type of event/,
        /^destinations\.billing\.concurrency: 0 is not accepted; give a whole number from 1 to 1000\.$/,
        /^destinations\.billing\.headers\["X-Team"\]: the value given is not accepted/,
      ],
      { PORT: 'x' },
    )
  })

  it('may not hold what is undefined: that is a variable which is not set', () => {
    assertProblems({ sources: { acme: { secret: process.env['NOT_SET_ANYWHERE'] } } }, [
      /^sources\.acme\.secret: is undefined; set the environment variable/,
    ])
    assertProblems(orders({ headers: { 'x-a': undefined } }), [/^destinations\.orders\.headers\["x-a"\]: is undefined/])
  })
})

describe('a source of the file', () => {
  it('has a name that fits a path', () => {
    for (const name of ['Acme', 'a_b', 'a--b', '', 'a'.repeat(65), '__proto__x']) {
      assertProblems({ sources: { [name]: { secret } } }, [/cannot name a source/])
    }
  })

  it('has the known provider of its name, or the one it says', () => {
    const { sources } = configOf({ sources: { github: { secret }, shop: { provider: 'shopify', secret } } })
    assert.equal(sources.get('github')?.provider.name, 'github')
    assert.equal(sources.get('shop')?.provider.name, 'shopify')
  })

  it('has its secret in the file or in the environment, never in both or nowhere', () => {
    const env = { ACME_SHOP_WEBHOOK_SECRET: secret, ACME_SHOP_WEBHOOK_SECRET_PREVIOUS: `${secret}-old` }
    const { sources } = configOf({ sources: { 'acme-shop': { tolerance: '2m' } } }, env)
    assert.deepEqual(sources.get('acme-shop')?.secrets, { current: secret, previous: `${secret}-old` })
    assert.equal(sources.get('acme-shop')?.toleranceSeconds, 120)
    const named = { sources: { acme: { secret: { env: 'OF_ACME' }, previousSecret: { env: 'OLD' } } } }
    assert.deepEqual(configOf(named, { OF_ACME: secret, OLD: 'old secret of acme' }).sources.get('acme')?.secrets, {
      current: secret,
      previous: 'old secret of acme',
    })
    assertProblems({ sources: { acme: { secret } } }, [/^sources\.acme\.secret: ACME_WEBHOOK_SECRET is set too/], {
      ACME_WEBHOOK_SECRET: secret,
    })
    assertProblems({ sources: { acme: {} } }, [
      /^sources\.acme\.secret: is missing; give it here, or set ACME_WEBHOOK_SECRET/,
    ])
    assertProblems({ sources: { acme: { previousSecret: secret } } }, [
      /^sources\.acme\.previousSecret: .* without secret/,
    ])
    assertProblems(
      named,
      [/\.secret: the environment has no variable OF_ACME/, /\.previousSecret: .*variable OLD is empty/],
      { OLD: '' },
    )
    assertProblems(
      { sources: { stripe: { secret, provider: 'stripe' } } },
      [/^sources\.stripe\.provider: STRIPE_WEBHOOK_PROVIDER says it too/],
      {
        STRIPE_WEBHOOK_PROVIDER: 'github',
      },
    )
  })

  it('has a secret that serves its provider', () => {
    assertProblems({ sources: { 'standard-webhooks': { secret: `${secret}!` } } }, [
      /^sources\.standard-webhooks\.secret|^sources\["standard-webhooks"\]\.secret: /,
    ])
  })

  it('has its own limits, else those of the environment', () => {
    const env = { BODY_LIMIT: '1mb', TIMESTAMP_TOLERANCE_SECONDS: '60', ECHO: 'true' }
    const file = {
      sources: {
        a: { secret, bodyLimit: '2mb', tolerance: 90, echo: false },
        b: { secret, bodyLimit: 4096 },
        c: { secret },
      },
    }
    const { sources } = configOf(file, env)
    const limits = [...sources.values()].map(({ bodyLimit, toleranceSeconds, echo }) => [
      bodyLimit,
      toleranceSeconds,
      echo,
    ])
    assert.deepEqual(limits, [
      [2 * 1024 ** 2, 90, false],
      [4096, 60, true],
      [1024 ** 2, 60, true],
    ])
    assertProblems({ sources: { a: { secret, bodyLimit: '5 apples', tolerance: '2d', echo: 'yes' } } }, [/echo: "yes"/])
    assertProblems({ sources: { a: { secret, bodyLimit: '5 apples', tolerance: '2d' } } }, [
      /bodyLimit: "5 apples"/,
      /tolerance: "2d"/,
    ])
  })

  it('may be the default one', () => {
    const { defaultSource, defaultSourceOpen, sources } = configOf({ sources: { default: { secret, echo: false } } })
    assert.deepEqual(defaultSource.secrets, { current: secret, previous: null })
    assert.equal(defaultSource.echo, false)
    assert.equal(defaultSourceOpen, true)
    assert.equal(sources.size, 0)
    assert.equal(
      configOf({ sources: { default: { echo: false } } }, { WEBHOOK_SECRET: secret }).defaultSource.echo,
      false,
    )
    assertProblems({ sources: { default: { secret } } }, [/^sources\.default\.secret: WEBHOOK_SECRET is set too/], {
      WEBHOOK_SECRET: secret,
    })
    assertProblems({ sources: { default: { secret, provider: 'github' } } }, [/^sources\.default\.provider: /])
  })
})

describe('the row of a home-grown sender', () => {
  it('is taken like one of the known', () => {
    const { sources } = configOf(
      acme({ title: 'Acme', id: ['header:x-id', ['body:/a', 'body:/b']], type: ['body:/type'] }),
    )
    const { provider } = sources.get('acme') ?? assert.fail()
    assert.deepEqual([provider.name, provider.title, provider.schemes.length], ['acme', 'Acme', 1])
  })

  it('can say whatever those of the known say of handshakes and answers', () => {
    for (const { handshakes, answer, refusal, payload, getEvents } of providers.values()) {
      const row = JSON.parse(JSON.stringify({ handshakes, answer, refusal, payload, getEvents }))
      const { provider } = configOf(acme(row)).sources.get('acme') ?? assert.fail()
      assert.deepEqual(provider.handshakes, handshakes)
    }
  })

  it('may have a verify token, where a handshake asks for one', () => {
    const row = { handshakes: [{ method: 'GET', token: 'query:t', answer: { text: '{query:c}' } }] }
    const { acme: source } = acme(row).sources
    const verifyToken = 'a-token-of-32-characters-0123456'
    const file = { sources: { acme: { ...source, verifyToken } } }
    assert.equal(configOf(file).sources.get('acme')?.verifyToken, verifyToken)
    assert.equal(
      configOf(acme(row), { ACME_WEBHOOK_VERIFY_TOKEN: verifyToken }).sources.get('acme')?.verifyToken,
      verifyToken,
    )
    assert.deepEqual(problemsOf(file, { ACME_WEBHOOK_VERIFY_TOKEN: verifyToken }), [
      'sources.acme.verifyToken: ACME_WEBHOOK_VERIFY_TOKEN is set too; keep one of the two.',
    ])
    assertProblems({ sources: { github: { secret, verifyToken } } }, [
      /^sources\.github\.verifyToken: GitHub asks for no token/,
    ])
  })

  it('need not have a secret, where its sender brings it', () => {
    const verifyToken = 'a-token-of-32-characters-0123456'
    const { sources, defaultSourceOpen } = configOf({ sources: { asana: { verifyToken } } })
    assert.deepEqual([sources.get('asana')?.secrets, sources.get('asana')?.verifyToken], [null, verifyToken])
    assert.equal(defaultSourceOpen, false)
  })

  const wrong: readonly (readonly [object, RegExp])[] = [
    [{ schemes: [] }, /^sources\.acme\.provider\.schemes: an empty list is not accepted/],
    [{ schemes: [5] }, /schemes\[0\]: 5 is not accepted; give a scheme/],
    [{ schemes: [{ ...scheme, kind: 'hmacc' }] }, /schemes\[0\]\.kind: "hmacc" is not accepted; give one of hmac/],
    [{ schemes: [{ ...scheme, hash: 'md5' }] }, /schemes\[0\]\.hash: "md5" is not accepted; give one of sha256/],
    [{ schemes: [{ ...scheme, at: 'header:X-Acme' }] }, /schemes\[0\]\.at: "header:X-Acme" is not accepted/],
    [
      { schemes: [{ ...scheme, encodng: 'hex' }] },
      /schemes\[0\]\.encodng: there is no such key; did you mean encoding/,
    ],
    [{ schemes: [{ ...scheme, signed: '{bdy}' }] }, /^sources\.acme\.provider: .*bdy/],
    [{ schemes: [{ ...scheme, signed: '{timestamp}.{body}' }] }, /^sources\.acme\.provider: .*timestamp/],
    [{ schemes: [scheme, scheme] }, /^sources\.acme\.provider\.schemes: two are named "acme"/],
    [{ id: ['x-id'] }, /provider\.id\[0\]: "x-id" is not accepted; give "header:/],
    [{ id: [['body:/a']] }, /provider\.id\[0\]: this list is not accepted; give a list of two or more/],
    [
      { handshakes: [{ method: 'PUT', answer: {} }] },
      /handshakes\[0\]\.method: "PUT" is not accepted; give one of GET/,
    ],
    [{ handshakes: [{ method: 'GET' }] }, /handshakes\[0\]\.answer: is missing/],
    [
      { handshakes: [{ method: 'POST', body: '(', answer: {} }] },
      /^sources\.acme\.provider: Invalid regular expression/,
    ],
    [{ handshakes: [{ method: 'GET', answer: { text: '{qury:a}' } }] }, /^sources\.acme\.provider: .*qury/],
    [{ refusal: 402 }, /provider\.refusal: 402 is not accepted; give 400 or 498/],
    [{ type: 'body:/type' }, /provider\.type: "body:\/type" is not accepted; give a list/],
  ]
  for (const [row, said] of wrong)
    it(`is refused: ${JSON.stringify(row).slice(0, 90)}`, () => assertProblems(acme(row), [said]))
})

describe('a destination of the file', () => {
  it('has what the environment says for all of them, unless it says otherwise', () => {
    const env = { FORWARD_SECRET: whsec, DELIVERY_CONCURRENCY: '3', DELIVERY_TIMEOUT_SECONDS: '20' }
    const other = `whsec_${Buffer.alloc(24, 1).toString('base64')}`
    const file = {
      destinations: { a: { url }, b: { url, secret: other, concurrency: 1, timeout: '2s' }, c: { url, secret: false } },
    }
    const { destinations, warnings } = configOf(file, { ...env, WEBHOOK_SECRET: secret })
    assert.deepEqual(
      destinations.map((one) => [one.name, one.secret, one.concurrency, one.timeoutMs]),
      [
        ['a', whsec, 3, 20_000],
        ['b', other, 1, 2_000],
        ['c', null, 3, 20_000],
      ],
    )
    assert.deepEqual(warnings, [])
    assert.match(
      configOf(file, { WEBHOOK_SECRET: secret }).warnings.join('\n'),
      /^posthorn\.config\.ts: destinations\.a: has no secret[^\n]+$/,
    )
  })

  it('has the schedule it says, cut short where it says so', () => {
    const scheduleOf = (more: object) => configOf(orders(more)).destinations[0]?.schedule ?? assert.fail()
    assert.deepEqual(
      scheduleOf({ schedule: ['500ms', 5, '1.5m', '2h', '1d'] }).delays,
      [500, 5_000, 90_000, 7_200_000, 86_400_000],
    )
    assert.deepEqual(scheduleOf({ schedule: 'none' }).delays, [])
    assert.equal(scheduleOf({}).delays.length, 19)
    assert.equal(scheduleOf({ schedule: 'default', maxAttempts: 3 }).delays.length, 2)
    assert.deepEqual(scheduleOf({ maxAttempts: 1 }).delays, [])
    assert.deepEqual(scheduleOf({ schedule: ['1m', '1m', '1m'], giveUpAfter: '2m' }).delays, [60_000, 60_000])
    assert.equal(scheduleOf({}).jitter, 0.2)
    assert.equal(scheduleOf({ jitter: 0 }).jitter, 0)
    assertProblems(orders({ schedule: ['31d'] }), [
      /^destinations\.orders\.schedule\[0\]: "31d" is not accepted; give a duration up to 30d/,
    ])
    assertProblems(orders({ schedule: [] }), [/^destinations\.orders\.schedule: an empty list/])
  })

  it('gives up at once at the statuses it says', () => {
    const fatalOf = (fatalStatuses?: unknown[]) =>
      configOf(orders(fatalStatuses === undefined ? {} : { fatalStatuses })).destinations[0]?.fatalStatuses ??
      assert.fail()
    assert.deepEqual(fatalOf(), [])
    assert.deepEqual(fatalOf([400, 422, 400]), [400, 422])
    const clients = fatalOf(['4xx'])
    assert.deepEqual([clients.length, clients[0], clients.at(-1)], [97, 400, 499])
    for (const again of [408, 425, 429]) assert.ok(!clients.includes(again) && fatalOf(['4xx', again]).includes(again))
    for (const bad of [200, 600, 404.5, '404', '2xx'])
      assertProblems(orders({ fatalStatuses: [bad] }), [
        /^destinations\.orders\.fatalStatuses\[0\]: .* is not accepted; give a status from 300 to 599, or "3xx"/,
      ])
    assertProblems(orders({ fatalStatuses: 404 }), [
      /^destinations\.orders\.fatalStatuses: 404 is not accepted; give a list/,
    ])
  })

  it('has a URL, headers and a secret that can be sent, none of which is shown', () => {
    for (const bad of [
      'ftp://user:p4ssword@h/',
      'http://user:p4ssword@h/ http://b/',
      'http://user:p4ssword@h/#x',
      'p4ssword',
    ])
      assertProblems(orders({ url: bad }), [/^destinations\.orders\.url: the value given is not accepted/])
    for (const name of [
      'Host',
      'content-length',
      'Posthorn-Event-Id',
      'webhook-signature',
      'idempotency-key',
      'bad name',
      'x-forwarded-for',
    ])
      assertProblems(orders({ headers: { [name]: secret } }), [
        /^destinations\.orders\.headers\["[^"]+"\]: cannot be set/,
      ])
    for (const value of [`${secret}\n`, `é ${secret}`, ` ${secret}`])
      assertProblems(orders({ headers: { 'x-a': value } }), [
        /^destinations\.orders\.headers\["x-a"\]: the value given/,
      ])
    assertProblems(orders({ headers: { 'X-A': 'a', 'x-a': 'b' } }), [/is there twice/])
    assertProblems(orders({ url: 'http://user:p4ssword@h/', headers: { Authorization: 'x' } }), [
      /the URL has a user name/,
    ])
    assertProblems(orders({ secret }), [/^destinations\.orders\.secret: the value given is not accepted; give whsec_/])
    const { destinations } = configOf(orders({ url: { env: 'U' }, headers: { Authorization: { env: 'A' } } }), {
      U: url,
      A: 'Bearer x',
    })
    assert.equal(destinations[0]?.url.href, url)
    assert.deepEqual({ ...destinations[0]?.headers }, { authorization: 'Bearer x' })
  })

  it('has a name, and takes its events from sources that are there', () => {
    for (const name of ['Orders', 'a b', 'forward:x', ''])
      assertProblems({ destinations: { [name]: { url, secret: false } } }, [/cannot name a destination/])
    const env = { STRIPE_WEBHOOK_SECRET: secret }
    for (const from of ['stripe', ['default', 'str*'], '*']) assert.deepEqual(problemsOf(orders({ from }), env), [])
    assertProblems(
      orders({ from: ['stripe', 'stripee'] }),
      [/^destinations\.orders\.from: there is no source "stripee"; did you mean "stripe"/],
      env,
    )
    assertProblems(orders({ from: 'shop-*' }), [/there is no source "shop-\*"; the sources are default, stripe/], env)
  })

  it('is not a second FORWARD_URL', () => {
    const said = [/^destinations\.orders\.url: FORWARD_URL has this URL too/]
    assertProblems(orders({}), said, { FORWARD_URL: `http://a/ http://user:p4ssword@127.0.0.1/events` })
  })

  it('may keep an order by a field or a header, but by none that carries credentials', () => {
    const orderOf = (orderBy: string) => configOf(orders({ orderBy })).destinations[0]?.orderBy
    assert.equal(orderOf('/data/a~1b'), '/data/a~1b')
    assert.equal(orderOf('header:X-Customer'), 'header:x-customer')
    assert.equal(orderOf('/'), '/')
    for (const bad of ['data.id', '', '/a~2', 'header:', 'header:a b', 'headers:x', '#/a'])
      assertProblems(orders({ orderBy: bad }), [
        /^destinations\.orders\.orderBy: "[^"]*" is not accepted; give a JSON pointer such as "\/data\/id", or a header/,
      ])
    for (const name of ['Authorization', 'cookie'])
      assertProblems(orders({ orderBy: `header:${name}` }), [/^destinations\.orders\.orderBy: .* carries credentials/])
  })

  it('is at an address that is ever contacted', () => {
    for (const host of [
      '169.254.169.254',
      '2852039166',
      '[fe80::1]',
      '[::ffff:169.254.0.1]',
      'metadata.google.internal.',
    ]) {
      const said = /^destinations\.orders\.url: .*(?:never contacted|metadata service).*; give the URL of a server/
      assertProblems(orders({ url: `http://user:p4ssword@${host}/x` }), [said])
    }
    for (const host of ['127.0.0.1', '10.0.0.1', '[::1]', '100.64.0.1', 'metadata.example'])
      assert.deepEqual(problemsOf(orders({ url: `http://${host}/` })), [])
  })

  it('trusts certificates that can be read', () => {
    const file = join(tempDir(), 'ca.pem')
    writeFileSync(file, 'nothing')
    for (const ca of [file, '/there/is/no.pem', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'])
      assertProblems(orders({ ca }), [/^destinations\.orders\.ca: .* cannot be used/])
  })
})

describe('a handler of the file', () => {
  it('has the schedule of handlers unless it says another, and an order if it likes', () => {
    const { handlers } = configOf({ handlers: { push: { orderBy: '/id' }, ping: { schedule: ['1s'] } } })
    assert.deepEqual(handlers.get('push')?.schedule, HANDLER_SCHEDULE)
    assert.equal(handlers.get('push')?.orderBy, '/id')
    assert.deepEqual(handlers.get('ping')?.schedule?.delays, [1000])
  })
})

describe('a queue of the file', () => {
  const jobs = (more: object) => ({
    destinations: { jobs: { queue: 'events', redis: 'redis://127.0.0.1:6379', ...more } },
  })

  it('has what a URL has, but for what is of HTTP, and options of its jobs', () => {
    const jobOptions = {
      attempts: 5,
      backoff: { type: 'exponential', delay: 1000 },
      removeOnFail: { age: 60, count: 5 },
    }
    const more = {
      prefix: 'app:{bull}',
      jobOptions,
      from: 'default',
      orderBy: '/id',
      rate: 5,
      breaker: false,
      concurrency: 2,
    }
    const { queues, destinations, warnings } = configOf(jobs(more), { WEBHOOK_SECRET: secret })
    assert.deepEqual([destinations.length, queues.length, warnings], [0, 1, []])
    const [queue] = queues
    assert.deepEqual(
      [queue?.name, queue?.queue, queue?.prefix, queue?.redis.label, queue?.jobOptions, queue?.orderBy],
      ['jobs', 'events', 'app:{bull}', '127.0.0.1:6379', jobOptions, '/id'],
    )
    assert.deepEqual([queue?.concurrency, queue?.timeoutMs, queue?.ratePerSecond, queue?.breaker], [2, 15_000, 5, null])
    const env = { R: 'rediss://user:p4ssword@redis.example:6380/3' }
    const redis = configOf(jobs({ redis: { env: 'R' } }), env).queues[0]?.redis
    assert.deepEqual([redis?.label, redis?.tls, redis?.db], ['redis.example:6380', true, 3])
  })

  it('says what cannot be used, and shows no password', () => {
    const p = 'p4ssword'
    for (const redis of [
      `http://u:${p}@h/`,
      `redis://u:${p}@h/x`,
      `redis://u:${p}@h?a=b`,
      `redis:///${p}`,
      p,
      `redis://h ${p}`,
    ])
      assertProblems(jobs({ redis }), [/^destinations\.jobs\.redis: the value given is not accepted; give redis:/])
    assertProblems(jobs({ redis: `redis://u:${p}@169.254.169.254` }), [/^destinations\.jobs\.redis: .*never contacted/])
    assertProblems(jobs({ redis: `redis://u:${p}@h,169.254.169.254?cluster=true`, prefix: '{b}' }), [/never contacted/])
    assertProblems(jobs({ redis: `redis://u:${p}@h?cluster=true` }), [/^destinations\.jobs\.prefix: .*\{bull\}/])
    assertProblems(jobs({ ca: 'none.pem', redis: 'rediss://h' }), [
      /^destinations\.jobs\.ca: .*none\.pem cannot be used/,
    ])
    assertProblems(jobs({ redis: undefined }), [
      /^destinations\.jobs\.redis: is undefined; set the environment variable/,
    ])
    assertProblems(jobs({ queue: 'a:b' }), [
      /^destinations\.jobs\.queue: "a:b" is not accepted; give a name .* without colon/,
    ])
    assertProblems(jobs({ secret }), [/^destinations\.jobs\.secret: there is no such key; /])
    assertProblems(jobs({ url: `http://u:${p}@h/` }), [
      /^destinations\.jobs: is a url and a queue; keep one of the two/,
    ])
    assertProblems(jobs({ from: 'nobody' }), [/^posthorn|^destinations\.jobs\.from: there is no source "nobody"/])
    assertProblems({ destinations: { jobs: { redis: 'redis://h' } } }, [
      /^destinations\.jobs\.queue: is missing; give a name/,
    ])
    assertProblems({ destinations: { jobs: { types: 'a' } } }, [
      /^destinations\.jobs\.url: is missing; .*queue and redis/,
    ])
    assertProblems({ destinations: { Jobs: { queue: 'a', redis: 'redis://h' } } }, [/cannot name a destination/])
  })

  it('has no job options but those that fit every event', () => {
    assertProblems(
      jobs({ jobOptions: { jobId: 'x', attempts: 0, backoff: { type: 'random' }, removeOnComplete: 'no' } }),
      [
        /^destinations\.jobs\.jobOptions\.jobId: there is no such key; the keys here are attempts, backoff/,
        /^destinations\.jobs\.jobOptions\.attempts: 0 is not accepted; give a whole number/,
        /^destinations\.jobs\.jobOptions\.backoff\.type: "random" is not accepted; give one of fixed, exponential/,
        /^destinations\.jobs\.jobOptions\.removeOnComplete: "no" is not accepted; give true, false, a number of jobs/,
      ],
    )
  })
})

/** What `defineConfig` offers and what the schema takes are the same keys: this file does not compile otherwise. */
type Same<A, B> = [keyof A, keyof B] extends [keyof B, keyof A] ? true : never
const same: readonly [
  Same<SourceOptions, SourceData>,
  Same<UrlOptions, DestinationData>,
  Same<QueueOptions, QueueData>,
  Same<QueueJobOptions, NonNullable<QueueData['jobOptions']>>,
  Same<HandlerOptions, HandlerData>,
  Same<CustomProvider, NonNullable<Exclude<SourceData['provider'], string>>>,
] = [true, true, true, true, true, true]

it('the types and the schema of the file have the same keys', () => assert.ok(same.every(Boolean)))

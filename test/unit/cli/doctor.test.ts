import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { certificateAge, redirectAnswer } from '../../../src/cli/doctor/transport.ts'
import type { Finding } from '../../../src/diagnosis/findings.ts'
import { cli } from '../../support/cli.ts'
import { startGateway } from '../../support/gateway.ts'
import { noPostgres, startPostgres } from '../../support/postgres.ts'
import { noRedis, startRedis } from '../../support/redis.ts'
import { durable } from '../../support/redis-store.ts'
import { tempDir } from '../../support/temp-dir.ts'

const token = 'f00dcafe'.repeat(8)
const secret = 'f3b1c7a9d2e84f60f3b1c7a9d2e84f60'

async function doctor(args: readonly string[], options: Parameters<typeof cli>[1] = {}) {
  const { code, out, err } = await cli(['doctor', ...args, '--json'], options)
  const told: { level: string; findings: Finding[] } | null = out === '' ? null : JSON.parse(out)
  const find = (check: string) => told?.findings.filter((one) => one.check === check) ?? []
  return { code, err, out, told, find }
}

/** Answers everything so. */
async function listening(t: TestContext, answer: Parameters<typeof createServer>[1]): Promise<string> {
  const server: Server = createServer(answer ?? (() => {}))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => void server.close())
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
}

describe('posthorn doctor, here', () => {
  it('finds a sound deployment so, and ends with 0', async () => {
    const env = {
      NODE_ENV: 'production',
      WEBHOOK_SECRET: secret,
      ADMIN_TOKEN: token,
      PUBLIC_URL: 'https://hooks.example.com',
    }
    const { code, told, out } = await doctor([], { env, cwd: tempDir() })
    const doubtful = told?.findings.filter(
      ({ level, check }) => level !== 'ok' && check !== 'volume' && check !== 'disk',
    )
    assert.deepEqual(doubtful, [])
    assert.equal(code, told?.level === 'ok' ? 0 : 1)
    assert.ok(!out.includes(secret.slice(0, 8)) && !out.includes(token.slice(0, 8)))
  })

  it('reads .env, and says what to mend, for people too', async () => {
    const cwd = tempDir()
    writeFileSync(join(cwd, '.env'), `NODE_ENV=production\nWEBHOOK_SECRET='"${secret}"'\n`)
    const { code, find } = await doctor([], { cwd })
    assert.equal(code, 1)
    assert.match(find('settings')[0]?.sentence ?? '', /^WEBHOOK_SECRET: The secret has white space or quotes/)
    assert.equal(find('operator')[0]?.level, 'warn')
    const people = await cli(['doctor'], { cwd })
    assert.match(people.out, /^! {2}operator +ADMIN_TOKEN is not set/m)
    assert.match(people.out, /\d+ doubtful, \d+ as they should be\.\n$/)
  })

  it('says what stops the start', async () => {
    const { code, told, find } = await doctor([], { env: { PORT: 'x', WEBHOOK_SECRET: '' } })
    assert.deepEqual([code, told?.level], [1, 'fail'])
    assert.deepEqual(
      find('settings')
        .map(({ sentence }) => sentence.split(':')[0])
        .sort(),
      ['PORT', 'WEBHOOK_SECRET'],
    )
  })
})

/** With a clock that is right, that is so much ahead, and when the server takes its time to answer. */
async function findsClocksApart(env: Readonly<Record<string, string>>, server: string): Promise<void> {
  for (const [by, level, sentence] of [
    [0, 'ok', `This machine's clock agrees with that of ${server}.`],
    [-30_000, 'warn', `This machine's clock is 30 s behind that of ${server}: `],
    [300_000, 'fail', `This machine's clock is 300 s ahead of that of ${server}: signed times are judged by`],
  ] as const) {
    const { find } = await doctor([], { env: { WEBHOOK_SECRET: secret, ...env }, now: () => Date.now() + by })
    const [found, ...others] = find('store-clock')
    assert.deepEqual([found?.level, others], [level, []])
    assert.ok(found?.sentence.startsWith(sentence), found?.sentence)
  }
  // An answer that was so long on its way says no more than that the clocks may agree.
  let asked = 0
  const slow = () => Date.now() + 10_000 * asked++
  const { find } = await doctor([], { env: { WEBHOOK_SECRET: secret, ...env }, now: slow })
  assert.deepEqual(
    find('store-clock').map(({ level }) => level),
    ['ok'],
  )
}

describe('posthorn doctor, with a database', () => {
  it('says that it is not there, without its password', async () => {
    const { code, find, out } = await doctor([], {
      env: { WEBHOOK_SECRET: secret, DATABASE_URL: 'postgres://posthorn:a-password-of-it@127.0.0.1:9/events' },
    })
    assert.equal(code, 1)
    assert.deepEqual(
      find('store').map(({ level }) => level),
      ['fail'],
    )
    assert.match(find('store')[0]?.sentence ?? '', /^DATABASE_URL: /)
    assert.ok(!out.includes('password'))
    assert.deepEqual(find('disk'), [])
  })

  it('says that it keeps events through a loss of power, and that it does not', { skip: noPostgres }, async (t) => {
    for (const [fsync, level, sentence] of [
      ['on', 'ok', /flushed to its disk/],
      ['off', 'warn', /^Fsync is off on the database server/],
    ] as const) {
      const server = await startPostgres({ fsync })
      t.after(() => server.close())
      const { find } = await doctor([], {
        env: { WEBHOOK_SECRET: secret, DATABASE_URL: await server.createDatabase() },
      })
      assert.deepEqual(
        find('store').map((one) => one.level),
        [level],
      )
      assert.match(find('store')[0]?.sentence ?? '', sentence)
      await server.close()
    }
  })

  it("compares this machine's clock with that of the server", { skip: noPostgres }, async (t) => {
    const server = await startPostgres()
    t.after(() => server.close())
    await findsClocksApart({ DATABASE_URL: await server.createDatabase() }, 'the database')
  })
})

describe('posthorn doctor, with a Redis', () => {
  const env = (url: URL, more: Record<string, string> = {}) => ({
    WEBHOOK_SECRET: secret,
    REDIS_URL: url.href,
    ...more,
  })
  const levels = (found: Awaited<ReturnType<typeof doctor>>) => found.find('store').map(({ level }) => level)
  const sentence = (found: Awaited<ReturnType<typeof doctor>>) => found.find('store')[0]?.sentence ?? ''

  it('says that it is not there, without its password', async () => {
    const found = await doctor([], { env: env(new URL('redis://:a-password-of-it@127.0.0.1:9')) })
    assert.equal(found.code, 1)
    assert.deepEqual(levels(found), ['fail'])
    assert.match(sentence(found), /^REDIS_URL: Redis at 127\.0\.0\.1:9: .*ECONNREFUSED/)
    assert.ok(!found.out.includes('password'))
  })

  it('says that it keeps events, that a start would be refused, and what was accepted', {
    skip: noRedis,
  }, async (t) => {
    const keeps = await startRedis(t, ...durable())
    const good = await doctor([], { env: env(keeps.url) })
    assert.deepEqual(levels(good), ['ok'])
    assert.match(sentence(good), /appended to its log/)
    const forgets = await startRedis(t)
    const refused = await doctor([], { env: env(forgets.url) })
    assert.deepEqual(levels(refused), ['fail'])
    assert.match(sentence(refused), /appendonly no.*REDIS_DURABILITY=relaxed/)
    const relaxed = await doctor([], { env: env(forgets.url, { REDIS_DURABILITY: 'relaxed' }) })
    assert.deepEqual(levels(relaxed), ['warn'])
    assert.match(sentence(relaxed), /^Redis at .*appendonly no/)
  })

  it("compares this machine's clock with that of the server", { skip: noRedis }, async (t) => {
    const redis = await startRedis(t, ...durable())
    await findsClocksApart({ REDIS_URL: redis.url.href }, 'the Redis')
  })

  it('gives up on one that does not answer', { skip: noRedis }, async (t) => {
    const redis = await startRedis(t, ...durable())
    redis.freeze()
    const found = await doctor([], { env: env(redis.url) })
    assert.match(sentence(found), /no answer within|timed out|ETIMEDOUT/i)
    redis.thaw()
  })
})

describe('posthorn doctor --url', () => {
  it('looks at a gateway from outside and inside', async (t) => {
    const { url } = await startGateway(t, { WEBHOOK_SECRET: secret, ADMIN_TOKEN: token, ACME_WEBHOOK_SECRET: secret })
    const inside = await doctor(['--url', url], { env: { ADMIN_TOKEN: token } })
    for (const check of ['health', 'clock', 'exposure', 'version', 'engine', 'backlog']) {
      assert.deepEqual(
        inside.find(check).map(({ level }) => level),
        ['ok'],
        check,
      )
    }
    assert.match(inside.find('settings')[0]?.sentence ?? '', /have the same secret/)
    assert.equal(inside.code, 1)
    const outside = await doctor(['--url', url])
    assert.match(outside.find('operator')[0]?.sentence ?? '', /^Set ADMIN_TOKEN, here/)
    const wrong = await doctor(['--url', url], { env: { ADMIN_TOKEN: `${token}1` } })
    assert.match(wrong.find('operator')[0]?.sentence ?? '', /answers 401 to the ADMIN_TOKEN/)
  })

  it('finds a gateway that cannot store, one with another clock, and what is none', async (t) => {
    const broken = await listening(t, (_request, response) => {
      response.writeHead(503, {
        date: new Date(Date.now() - 600_000).toUTCString(),
        'content-type': 'application/json',
      })
      response.end('{"status":"unavailable"}')
    })
    const found = await doctor(['--url', broken])
    assert.match(found.find('health')[0]?.sentence ?? '', /cannot store anything/)
    assert.match(found.find('clock')[0]?.sentence ?? '', /^Its clock is (?:599|600|601) s behind/)
    const other = await listening(t, (_request, response) => void response.end('hello'))
    assert.match((await doctor(['--url', other])).find('health')[0]?.sentence ?? '', /is it the right URL/)
    const moved = await listening(t, (_request, response) => {
      response.writeHead(301, { location: 'https://hooks.example.com/health' }).end()
    })
    const redirected = await doctor(['--url', moved])
    assert.deepEqual(
      redirected.told?.findings.map(({ check, level }) => [check, level]),
      [['health', 'fail']],
    )
  })

  it('ends with 3 where nobody answers, with 2 where the URL is none', async () => {
    assert.equal((await doctor(['--url', 'http://127.0.0.1:9'])).code, 3)
    assert.equal((await doctor(['--url', 'ftp://example.com'])).code, 2)
  })
})

describe('what the doctor makes of what it sees', () => {
  it('knows which redirects lose a POST', () => {
    assert.deepEqual(
      [null, 301, 302, 307, 308, 404].map((status) => redirectAnswer(status).level),
      ['ok', 'warn', 'warn', 'ok', 'ok', 'warn'],
    )
  })

  it('warns before a certificate ends', () => {
    assert.deepEqual(
      [60, 3, -1, Number.NaN].map((days) => certificateAge('hooks.example.com', days).level),
      ['ok', 'fail', 'fail', 'warn'],
    )
  })
})

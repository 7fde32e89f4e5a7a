import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { Redis } from 'ioredis'
import { noRedis, startRedis } from '../../../support/redis.ts'
import { durable, openOn } from '../../../support/redis-store.ts'

const skip = noRedis
const refused = (message: RegExp) => ({ name: 'StoreOpenError', message })

test('refuses to start where accepted events could be lost, and says what to do', { skip }, async (t) => {
  const redis = await startRedis(t, ...durable())
  const operator = new Redis(redis.url.href)
  t.after(() => operator.disconnect())
  const cases = [
    [
      'appendfsync',
      'everysec',
      /^REDIS_URL: Redis at 127\.0\.0\.1:\d+: .*appendfsync everysec.*a second; set appendfsync always; .*REDIS_DURABILITY=relaxed/,
    ],
    ['appendfsync', 'no', /half a minute/],
    ['no-appendfsync-on-rewrite', 'yes', /no-appendfsync-on-rewrite yes/],
    ['maxmemory-policy', 'allkeys-lru', /maxmemory-policy allkeys-lru, once a maxmemory is set/],
    ['appendonly', 'no', /writes no log \(appendonly no\).*set appendonly yes and appendfsync always/],
  ] as const
  for (const [name, value, message] of cases) {
    const [, before] = (await operator.config('GET', name)) as [string, string]
    await operator.config('SET', name, value)
    await assert.rejects(openOn(redis.url), refused(message), name)
    const warnings: string[] = []
    const store = await openOn(redis.url, { durability: 'relaxed', onWarning: (text) => warnings.push(text) })
    assert.deepEqual(store.doubts(), warnings)
    await store.close()
    assert.equal(warnings.length, 1, name)
    assert.match(warnings[0] ?? '', new RegExp(value))
    await operator.config('SET', name, before)
  }
  const warnings: string[] = []
  await (await openOn(redis.url, { onWarning: (text) => warnings.push(text) })).close()
  assert.deepEqual(warnings, [])
})

test('refuses a Redis that does not tell its settings, unless it is trusted', { skip }, async (t) => {
  const redis = await startRedis(t, ...durable())
  const operator = new Redis(redis.url.href)
  t.after(() => operator.disconnect())
  await operator.acl('SETUSER', 'managed', 'on', '>s3cret', '~*', '&*', '+@all', '-config')
  const url = redis.url.href.replace('//', '//managed:s3cret@')
  await assert.rejects(openOn(url), refused(/does not allow CONFIG GET.*REDIS_DURABILITY=trusted/))
  const warnings: string[] = []
  const store = await openOn(url, { durability: 'trusted', onWarning: (text) => warnings.push(text) })
  await store.close()
  assert.match(warnings.join(), /taken on trust/)
  await operator.config('SET', 'appendonly', 'no')
  await assert.rejects(openOn(url, { durability: 'trusted' }), refused(/writes no log/), 'what INFO tells is known')
})

test('refuses a replica', { skip }, async (t) => {
  const primary = await startRedis(t, ...durable())
  const replica = await startRedis(t, ...durable(), '--replicaof', '127.0.0.1', primary.url.port)
  await assert.rejects(openOn(replica.url, { durability: 'relaxed' }), refused(/is a replica/))
})

test('says that nobody is there, or that the password is wrong, without showing it', { skip }, async (t) => {
  const free = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => free.once('listening', resolve))
  const address = free.address()
  const port = typeof address === 'object' ? address?.port : 0
  await new Promise((resolve) => free.close(resolve))
  await assert.rejects(
    openOn(`redis://:hunter2@127.0.0.1:${port}`, { connectWaitMs: 300 }),
    (error: Error) =>
      /ECONNREFUSED.*; see that it runs there, and that the URL is right/.test(error.message) &&
      !error.message.includes('hunter2'),
  )
  const redis = await startRedis(t, ...durable(), '--requirepass', 'right')
  await assert.rejects(
    openOn(redis.url.href.replace('//', '//:hunter2@'), { connectWaitMs: 500 }),
    (error: Error) => /WRONGPASS|invalid/.test(error.message) && !error.message.includes('hunter2'),
  )
  await (await openOn(redis.url.href.replace('//', '//:right@'))).close()
})

import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Queue, Worker } from 'bullmq'
import { Cluster, Redis } from 'ioredis'
import { createQueueDestination, type QueuedEvent } from '../../../src/delivery/queue-destination.ts'
import type { Destination, Outcome } from '../../../src/delivery/types.ts'
import { parseRedisUrl } from '../../../src/redis/address.ts'
import { formatTraceparent } from '../../../src/tracing/trace-context.ts'
import { makeAuthority } from '../../support/certificates.ts'
import { freePort } from '../../support/ports.ts'
import { noRedis, type RedisServer, startCluster, startRedis, startSentinel } from '../../support/redis.ts'
import { tempDir } from '../../support/temp-dir.ts'
import { context, event, START, trace } from './support.ts'

function open(t: TestContext, redis: URL | string, queue = 'events', jobOptions = {}, more = {}): Destination {
  const address = parseRedisUrl(String(redis))
  assert.ok(address !== null)
  const destination = createQueueDestination({
    name: 'jobs',
    redis: address,
    queue,
    jobOptions,
    matches: () => true,
    concurrency: 2,
    timeoutMs: 10_000,
    schedule: { delays: [], jitter: 0 },
    ...more,
  })
  t.after(() => destination.close())
  return destination
}

const connectionTo = (url: URL) => ({ host: url.hostname, port: Number(url.port), maxRetriesPerRequest: null })

/** Tries until it is delivered: connecting anew takes its time. */
async function attemptUntilDelivered(destination: Destination, id: string): Promise<Outcome> {
  for (;;) {
    const outcome = await destination.attempt(event({ id }), context())
    if (outcome.result === 'delivered') return outcome
    await sleep(50)
  }
}

describe('a BullMQ queue as a destination', { skip: noRedis }, () => {
  let shared: RedisServer
  const kills: (() => unknown)[] = []
  before(async () => {
    shared = await startRedis({ after: (kill) => kills.push(kill) })
  })
  // Only when what the tests have opened is closed.
  after(() => Promise.all(kills.map((kill) => kill())))

  it('hands a worker the event, its exact bytes and headers', async (t) => {
    const { url } = shared
    const destination = open(t, url, 'exact', { attempts: 3, priority: 2 })
    const headers = ['Content-Type', 'application/json', 'X-Twice', 'a', 'X-Twice', 'b']
    const bodies = { evt_text: Buffer.from('{"städte": 1}'), evt_bytes: Buffer.from([0, 255, 13]) }
    for (const [id, body] of Object.entries(bodies)) {
      const given = ['Authorization', 'Bearer theirs', ...headers, 'cookie', 'a=b']
      const outcome = await destination.attempt(
        event({ id, headers: given, body }),
        context({ trace: { ...trace, state: 'a=1' } }),
      )
      assert.deepEqual(outcome, { result: 'delivered', status: null })
    }
    const seen = new Map<string | undefined, { name: string; data: QueuedEvent; attempts: number | undefined }>()
    const both = Promise.withResolvers<void>()
    const worker = new Worker<QueuedEvent>(
      'exact',
      async ({ id, name, data, opts }) => {
        seen.set(id, { name, data, attempts: opts.attempts })
        if (seen.size === 2) both.resolve()
      },
      { connection: connectionTo(url) },
    )
    t.after(() => worker.close())
    await both.promise
    const traceparent = formatTraceparent(trace)
    const of = { source: 'acme', type: 'user.created', receivedAt: new Date(START).toISOString() }
    const common = { ...of, headers, traceparent, tracestate: 'a=1' }
    assert.deepEqual(seen.get('evt_text'), {
      name: 'user.created',
      data: { id: 'evt_text', ...common, body: '{"städte": 1}', encoding: 'utf8' },
      attempts: 3,
    })
    assert.deepEqual(seen.get('evt_bytes')?.data, { id: 'evt_bytes', ...common, body: 'AP8N', encoding: 'base64' })
  })

  it('makes one job of an event that is handed on twice, and another one of its replay', async (t) => {
    const { url } = shared
    const destination = open(t, url, 'twice')
    for (const [attempt, series] of [
      [1, 1],
      [2, 1],
      [3, 3],
      [4, 3],
    ] as const) {
      const outcome = await destination.attempt(event(), context({ attempt, series }))
      assert.equal(outcome.result, 'delivered')
    }
    const queue = new Queue('twice', { connection: connectionTo(url) })
    t.after(() => queue.close())
    assert.deepEqual((await queue.getJobs()).map(({ id }) => id).sort(), ['evt_1', 'evt_1-3'])
  })

  it('fails at once while Redis is away, saying where, and goes on when it is back', async (t) => {
    const redis = await startRedis(t)
    const destination = open(t, redis.url)
    assert.equal((await destination.attempt(event(), context())).result, 'delivered')
    await redis.kill()
    const outcome = await destination.attempt(event({ id: 'evt_2' }), context())
    assert.equal(outcome.result, 'failed')
    assert.ok(outcome.error.startsWith(`Redis at ${redis.url.host}: `), outcome.error)
    await redis.restart()
    assert.equal((await attemptUntilDelivered(destination, 'evt_3')).result, 'delivered')
  })

  it('says what is wrong with its credentials without showing them', async (t) => {
    const { url } = await startRedis(t, '--requirepass', 'right-password')
    url.password = 'wrong-password'
    const outcome = await open(t, url).attempt(event(), context())
    assert.equal(outcome.result, 'failed')
    assert.match(outcome.error, /WRONGPASS|password/i)
    assert.ok(!outcome.error.includes('wrong-password'))
  })

  it('is in a Cluster as well, of which every primary is asked what it would lose', async (t) => {
    const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction']
    const { nodes, clients } = await startCluster(t, ...durable)
    const url = `redis://127.0.0.1:${nodes[0]?.url.port}?cluster=true`
    // Of these queues each is on another primary.
    for (const queue of ['a', 'b', 'c']) {
      const destination = open(t, url, queue, {}, { prefix: `{${queue}}` })
      for (const id of ['evt_1', 'evt_1', 'evt_2']) {
        assert.deepEqual(await destination.attempt(event({ id }), context()), { result: 'delivered', status: null })
      }
      const read = new Cluster(nodes.map(({ url: node }) => ({ host: node.hostname, port: Number(node.port) })))
      t.after(() => read.disconnect())
      const jobs = new Queue(queue, { connection: read, prefix: `{${queue}}` })
      t.after(() => jobs.close())
      assert.equal(await jobs.count(), 2)
      assert.deepEqual(await destination.inspect?.(), [])
    }
    await clients[2]?.config('SET', 'appendfsync', 'everysec')
    const found = await open(t, url, 'a', {}, { prefix: '{a}' }).inspect?.()
    assert.equal(found?.length, 1)
    assert.match(found?.[0] ?? '', /appendfsync everysec/)
  })

  it('is behind a socket', async (t) => {
    const path = join(tempDir(), 'redis.sock')
    await startRedis(t, '--unixsocket', path)
    const destination = open(t, `unix://${path}`)
    assert.equal((await destination.attempt(event(), context())).result, 'delivered')
    assert.equal(destination.traced?.attributes['server.address'], path)
  })

  it('is spoken to over TLS, with an authority of one’s own beside the usual ones', async (t) => {
    const authority = makeAuthority()
    const { key, cert } = authority.serverFor(['localhost'])
    const dir = tempDir()
    const file = (name: string, pem: string) => {
      writeFileSync(join(dir, name), pem)
      return join(dir, name)
    }
    const port = await freePort()
    const files = ['--tls-key-file', file('key', key), '--tls-cert-file', file('cert', cert)]
    const trust = ['--tls-ca-cert-file', file('ca', authority.certificate), '--tls-auth-clients', 'no']
    await startRedis(t, '--tls-port', String(port), ...files, ...trust)
    const url = `rediss://localhost:${port}`
    const stranger = await open(t, url).attempt(event(), context())
    assert.match(stranger.result === 'failed' ? stranger.error : '', /certificate/)
    const known = open(t, url, 'events', {}, { ca: authority.certificate })
    assert.equal((await attemptUntilDelivered(known, 'evt_1')).result, 'delivered')
  })

  it('goes on with the server that took over, where Sentinels say which', async (t) => {
    const primary = await startRedis(t)
    const replica = await startRedis(t, '--replicaof', '127.0.0.1', primary.url.port)
    const operator = new Redis(replica.url.href)
    t.after(() => operator.disconnect())
    while (!(await operator.info('replication')).includes('master_link_status:up')) await sleep(20)
    const sentinel = await startSentinel(t, 'main', primary.url)
    const known = new Redis(sentinel.href)
    t.after(() => known.disconnect())
    while (!JSON.stringify(await known.call('SENTINEL', 'REPLICAS', 'main')).includes(replica.url.port)) await sleep(20)
    const destination = open(t, `redis://127.0.0.1:${sentinel.port}?sentinel=main`)
    assert.equal((await destination.attempt(event(), context())).result, 'delivered')
    await primary.kill()
    assert.equal((await attemptUntilDelivered(destination, 'evt_2')).result, 'delivered')
  })

  it('is reached once it is there, although it was not at first', async (t) => {
    const redis = await startRedis(t)
    await redis.kill()
    const destination = open(t, redis.url)
    const outcome = await destination.attempt(event(), context())
    assert.equal(outcome.result, 'failed')
    assert.match(outcome.error, /ECONNREFUSED/)
    await redis.restart()
    assert.equal((await attemptUntilDelivered(destination, 'evt_1')).result, 'delivered')
  })
})

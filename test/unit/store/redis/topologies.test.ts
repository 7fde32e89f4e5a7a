import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { newEvent } from '../../../support/events.ts'
import { noRedis, startCluster, startRedis, startSentinel } from '../../../support/redis.ts'
import { durable, openOn } from '../../../support/redis-store.ts'

const skip = noRedis

async function until(question: () => Promise<boolean>): Promise<void> {
  while (!(await question())) await sleep(20)
}

test('in a Cluster of three: takes, delivers and finds events, and says what a failover costs', { skip }, async (t) => {
  const { nodes, clients } = await startCluster(t, ...durable())

  // One node is enough to find the others.
  const url = `redis://127.0.0.1:${nodes[0]?.url.port}?cluster=true`
  const warnings: string[] = []
  const store = await openOn(url, { onWarning: (text) => warnings.push(text) })
  t.after(() => store.close())
  assert.match(warnings.join(' '), /may be lost.*one slot/)
  const { id } = await store.accept(newEvent({ dedupKey: 'k', destinations: ['a', 'b'] }))
  assert.equal((await store.accept(newEvent({ dedupKey: 'k', destinations: ['a', 'b'] }))).status, 'duplicate')
  const requests = ['a', 'b'].map((destination) => ({ destination, limit: 5, leaseMs: 1000 }))
  const { leases } = await store.claim(requests, Date.now() + 1000)
  assert.deepEqual(
    leases.map(({ event, destination }) => [event.id, destination]),
    [
      [id, 'a'],
      [id, 'b'],
    ],
  )
  assert.equal((await store.list({ limit: 5, source: 'default' })).events.length, 1)
  assert.deepEqual(await store.probe(), { state: 'ready', error: null })

  await clients[2]?.config('SET', 'appendfsync', 'everysec')
  await assert.rejects(openOn(url), /appendfsync everysec/, 'every primary is asked')
})

test('follows Sentinels to the server that took over', { skip }, async (t) => {
  const primary = await startRedis(t, ...durable())
  const replica = await startRedis(t, ...durable(), '--replicaof', '127.0.0.1', primary.url.port)
  const operator = new Redis(replica.url.href)
  t.after(() => operator.disconnect())
  await until(async () => (await operator.info('replication')).includes('master_link_status:up'))
  const sentinel = await startSentinel(t, 'main', primary.url)
  const warnings: string[] = []
  const store = await openOn(`redis://127.0.0.1:${sentinel.port}?sentinel=main`, {
    onWarning: (text) => warnings.push(text),
    timeoutMs: 500,
  })
  t.after(() => store.close())
  assert.match(warnings.join(), /may be lost/)
  const { id } = await store.accept(newEvent({ dedupKey: 'k', destinations: ['d'] }))
  await until(async () => (await operator.dbsize()) > 0)
  const known = new Redis(sentinel.href)
  t.after(() => known.disconnect())
  await until(async () => JSON.stringify(await known.call('SENTINEL', 'REPLICAS', 'main')).includes(replica.url.port))
  await primary.kill()
  await assert.rejects(store.accept(newEvent()), { name: 'StoreUnavailableError' })
  await until(async () => {
    try {
      return (await store.accept(newEvent({ dedupKey: 'k', destinations: ['d'] }))).id === id
    } catch {
      return false
    }
  })
  assert.equal((await store.claim([{ destination: 'd', limit: 1, leaseMs: 1000 }], Date.now() + 1000)).leases.length, 1)
})

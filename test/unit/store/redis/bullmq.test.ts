import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import type { Settlement, Store } from '../../../../src/store/types.ts'
import { newEvent } from '../../../support/events.ts'
import { noRedis, startRedis } from '../../../support/redis.ts'
import { durable, openOn } from '../../../support/redis-store.ts'

const skip = noRedis
const leaseMs = 30_000

/** The store, and the queue of a destination as BullMQ's own tools see it. */
async function open(t: TestContext, destination = 'd'): Promise<{ store: Store; queue: Queue; url: URL }> {
  const redis = await startRedis(t, ...durable())
  const store = await openOn(redis.url)
  t.after(() => store.close())
  const queue = new Queue(encodeURIComponent(destination), {
    connection: { host: '127.0.0.1', port: Number(redis.url.port) },
    prefix: '{posthorn}',
  })
  t.after(() => queue.close())
  return { store, queue, url: redis.url }
}

async function settleNext(store: Store, outcome: Settlement['outcome'], now: number, more: Partial<Settlement> = {}) {
  const { leases } = await store.claim([{ destination: 'd', limit: 1, leaseMs }], now)
  const [lease] = leases
  assert.ok(lease)
  const { destination, attempt, event } = lease
  await store.settle([{ eventId: event.id, destination, attempt, outcome, status: 500, error: 'no', ...more }], now)
}

test('BullMQ finds every delivery in its state, by the event’s id', { skip }, async (t) => {
  const { store, queue } = await open(t, 'forward:localhost:3000/hook')
  const destination = 'forward:localhost:3000/hook'
  const { id } = await store.accept(newEvent({ type: 'order.paid', source: 'shop', destinations: [destination] }))
  const state = () => queue.getJobState(id)
  const now = Date.now() + 1000
  const claim = async () => (await store.claim([{ destination, limit: 1, leaseMs }], now)).leases[0]
  const settle = async (outcome: Settlement['outcome'], more: Partial<Settlement> = {}) => {
    const attempt = (await claim())?.attempt ?? 0
    assert.equal(await state(), 'active')
    const settlement = { eventId: id, destination, attempt, outcome, status: 500, error: 'answered 500', ...more }
    assert.deepEqual(await store.settle([settlement], now), [true])
  }

  assert.equal(await state(), 'waiting')
  const job = await queue.getJob(id)
  assert.deepEqual([job?.name, job?.data], ['order.paid', { event: id, source: 'shop' }])
  await settle('retry', { dueAt: now + 60_000 })
  assert.equal(await state(), 'delayed')
  assert.equal((await queue.getJob(id))?.failedReason, 'answered 500')
  await store.replay(id, now)
  assert.equal(await state(), 'waiting')
  await settle('dead')
  assert.equal(await state(), 'failed')
  const failed = await queue.getJob(id)
  assert.deepEqual([failed?.failedReason, failed?.attemptsMade, failed?.finishedOn], ['answered 500', 2, now])
  await store.replayBatch({ state: 'dead', limit: 10 }, now)
  assert.equal(await state(), 'prioritized')
  await settle('done', { status: 204, error: null })
  assert.equal(await state(), 'completed')
  assert.equal((await queue.getJob(id))?.returnvalue, 204)
  assert.deepEqual(await queue.getJobCounts(), {
    active: 0,
    completed: 1,
    delayed: 0,
    failed: 0,
    prioritized: 0,
    waiting: 0,
    'waiting-children': 0,
  })
})

test('what waits behind another of its ordering key is there too', { skip }, async (t) => {
  const { store, queue } = await open(t)
  for (let i = 0; i < 2; i++) await store.accept(newEvent({ destinations: ['d'], orderingKeys: ['k'] }))
  assert.deepEqual(await queue.getJobCounts('waiting', 'waiting-children'), { waiting: 1, 'waiting-children': 1 })
})

test('a failed job that a tool tries again is delivered again', { skip }, async (t) => {
  const { store, queue } = await open(t)
  const { id } = await store.accept(newEvent({ destinations: ['d'] }))
  const now = Date.now() + 1000
  await settleNext(store, 'dead', now)
  await (await queue.getJob(id))?.retry('failed')
  const { leases } = await store.claim([{ destination: 'd', limit: 1, leaseMs }], now)
  assert.deepEqual([leases[0]?.event.id, leases[0]?.attempt, leases[0]?.attemptInSeries], [id, 2, 1])
  assert.equal(await queue.getJobState(id), 'active')
  assert.equal((await store.destinations())[0]?.dead, 0)
})

test('a job that a tool removes is not delivered, and holds up no other', { skip }, async (t) => {
  const { store, queue } = await open(t)
  const keyed = newEvent({ destinations: ['d'], orderingKeys: ['k'] })
  const first = await store.accept(keyed)
  const second = await store.accept(newEvent({ destinations: ['d'] }))
  const third = await store.accept(keyed)
  await (await queue.getJob(first.id))?.remove()
  const now = Date.now() + 1000
  const claim = async () =>
    (await store.claim([{ destination: 'd', limit: 10, leaseMs }], now)).leases.map(({ event }) => event.id)
  assert.deepEqual([...(await claim()), ...(await claim())].sort(), [second.id, third.id])
})

test('a queue that a tool pauses is a destination that is paused, and the other way round', { skip }, async (t) => {
  const { store, queue } = await open(t)
  await store.accept(newEvent({ destinations: ['d'] }))
  const now = Date.now() + 1000
  const claim = async () => (await store.claim([{ destination: 'd', limit: 1, leaseMs }], now)).leases.length
  await queue.pause()
  assert.equal(await claim(), 0)
  assert.ok((await store.destinations())[0]?.pausedAt)
  await store.setDestination('d', { paused: false }, now)
  assert.equal(await queue.isPaused(), false)
  await store.setDestination('d', { paused: true }, now)
  assert.equal(await queue.isPaused(), true)
  await queue.resume()
  assert.equal(await claim(), 1)
})

test('pruning leaves nothing of an event', { skip }, async (t) => {
  const { store, queue, url } = await open(t)
  const day = 86_400_000
  await store.accept(newEvent({ dedupKey: 'k', receivedAt: Date.now() - 40 * day, destinations: ['d'] }))
  await settleNext(store, 'done', Date.now() + 1000)
  const options = { now: Date.now(), eventRetentionMs: 14 * day, dedupRetentionMs: 35 * day }
  assert.deepEqual(await store.prune(options), { payloads: 1, events: 1 })
  assert.deepEqual(await queue.getJobCounts('completed'), { completed: 0 })
  assert.deepEqual(await queue.getJobs(), [])
  const operator = new Redis(url.href)
  t.after(() => operator.disconnect())
  assert.deepEqual(await operator.keys('*evt_*'), [])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import type { AcceptResult, Store } from '../../../../src/store/types.ts'
import { newEvent } from '../../../support/events.ts'
import { noRedis, startRedis } from '../../../support/redis.ts'
import { durable, openOn } from '../../../support/redis-store.ts'

const skip = noRedis
const unavailable = { name: 'StoreUnavailableError' }

/** Tries until it is answered. */
async function acceptAgain(store: Store, dedupKey: string): Promise<AcceptResult> {
  for (;;) {
    try {
      return await store.accept(newEvent({ dedupKey }))
    } catch {
      await sleep(20)
    }
  }
}

test('a Redis that is killed and started again under load loses nothing that was accepted', { skip }, async (t) => {
  const redis = await startRedis(t, ...durable())
  const store = await openOn(redis.url)
  t.after(() => store.close())
  const accepted = new Map<string, string>()
  let refused = 0
  let stop = false
  const senders = Array.from({ length: 16 }, async (_, sender) => {
    for (let i = 0; !stop; i++) {
      const dedupKey = `${sender} ${i}`
      try {
        const { id } = await store.accept(newEvent({ dedupKey, destinations: ['d'] }))
        accepted.set(dedupKey, id)
      } catch (error) {
        assert.ok(error instanceof Error && error.name === unavailable.name)
        refused++
        await sleep(5)
      }
    }
  })
  for (const count of [200, 400]) {
    while (accepted.size < count) await sleep(5)
    await redis.restart()
    // It comes back by itself.
    await acceptAgain(store, `after ${count}`)
  }
  stop = true
  await Promise.all(senders)
  assert.ok(refused > 0)
  for (const [key, id] of accepted) assert.equal(await store.find(key), id)
  const all = new Set<string>()
  for (let after = 'evt_00000000000'; ; ) {
    const changes = await store.changes(after, 500)
    for (const { id } of changes) all.add(id)
    const last = changes.at(-1)
    if (last === undefined) break
    after = last.id
  }
  for (const id of accepted.values()) assert.ok(all.has(id))
})

test('a Redis that hangs: refused in time, and well again afterwards', { skip }, async (t) => {
  const redis = await startRedis(t, ...durable())
  const store = await openOn(redis.url, { timeoutMs: 300 })
  t.after(() => store.close())
  t.after(redis.thaw)
  await store.accept(newEvent({ dedupKey: 'before' }))
  redis.freeze()
  const began = performance.now()
  await Promise.all(
    ['a', 'b', 'c'].map((dedupKey) => assert.rejects(store.accept(newEvent({ dedupKey })), unavailable)),
  )
  assert.ok(performance.now() - began < 1_500)
  assert.equal(store.status().state, 'failing')
  redis.thaw()
  // What was under way when it hung may have landed: then the sender's retry is a duplicate, else it is new.
  const again = await acceptAgain(store, 'a')
  assert.equal(await store.find('a'), again.id)
  assert.equal((await acceptAgain(store, 'a')).status, 'duplicate')
  assert.deepEqual(await store.probe(), { state: 'ready', error: null })
})

test('a Redis that is gone: refused in time, each time', { skip }, async (t) => {
  const redis = await startRedis(t, ...durable())
  const store = await openOn(redis.url, { timeoutMs: 200 })
  t.after(() => store.close())
  await redis.kill()
  for (let i = 0; i < 2; i++) await assert.rejects(store.accept(newEvent()), unavailable)
  await assert.rejects(store.claim([{ destination: 'd', limit: 1, leaseMs: 1000 }], Date.now()), unavailable)
  await assert.rejects(store.list({ limit: 1 }), unavailable)
  assert.equal((await store.probe()).state, 'failing')
  assert.deepEqual(store.backlog(), { events: 0, bytes: 0 })
  await redis.restart()
  assert.equal((await acceptAgain(store, 'k')).status, 'accepted')
})

test('a Redis that comes back less durable is not written to', { skip }, async (t) => {
  const redis = await startRedis(t, ...durable())
  const operator = new Redis(redis.url.href)
  t.after(() => operator.disconnect())
  const store = await openOn(redis.url, { timeoutMs: 300 })
  t.after(() => store.close())
  await operator.config('SET', 'appendfsync', 'everysec')
  await operator.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
  while (!store.status().error?.includes('appendfsync everysec')) await sleep(5)
  await assert.rejects(store.accept(newEvent()), /appendfsync everysec/)
  await operator.config('SET', 'appendfsync', 'always')
  assert.equal((await acceptAgain(store, 'k')).status, 'accepted')
})

test('a Redis that is full refuses events and keeps what it has', { skip }, async (t) => {
  const redis = await startRedis(t, ...durable())
  const operator = new Redis(redis.url.href)
  t.after(() => operator.disconnect())
  const store = await openOn(redis.url)
  t.after(() => store.close())
  const first = await store.accept(newEvent({ dedupKey: 'k', destinations: ['d'] }))
  await operator.config('SET', 'maxmemory', '1')
  await assert.rejects(store.accept(newEvent({ dedupKey: 'l' })), /OOM/)
  assert.equal((await store.probe()).state, 'failing')
  await operator.config('SET', 'maxmemory', '0')
  assert.equal((await store.probe()).state, 'ready')
  assert.equal((await store.accept(newEvent({ dedupKey: 'l' }))).status, 'accepted')
  assert.equal((await store.accept(newEvent({ dedupKey: 'k', destinations: ['d'] }))).id, first.id)
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createKeyCache } from '../../../src/keys/key-cache.ts'
import { createLimiter } from '../../../src/keys/limiter.ts'
import type { KeyAnswer, KeyQuestion, KeySet } from '../../../src/keys/types.ts'

const second = 1000
const hour = 3600 * second
const day = 24 * hour

/** A cache with a clock that stands still, and a key server that answers what it is told. */
function setUp() {
  const clock = { now: 1_000_000 * second }
  const cache = createKeyCache(createLimiter(), () => clock.now)
  const server: { answer: KeySet | null | Error; fetches: number } = { answer: null, fetches: 0 }
  const question = (changes: Partial<KeyQuestion> = {}): KeyQuestion => ({
    name: 'service key',
    service: 'service',
    keyId: 'k1',
    freshMs: hour,
    async fetch() {
      server.fetches++
      if (server.answer instanceof Error) throw server.answer
      return server.answer
    },
    ...changes,
  })
  return { clock, cache, server, question, get: async (changes?: Partial<KeyQuestion>) => cache.get(question(changes)) }
}

function setWith(...ids: readonly string[]): KeySet {
  const byId = new Map(ids.map((id) => [id, { spki: [Buffer.from(id)] }]))
  return { byId, all: { spki: ids.map((id) => Buffer.from(id)) }, validFrom: null, validUntil: null }
}

function textOf(answer: KeyAnswer): string {
  return 'keys' in answer ? answer.keys.spki.join() : answer.problem
}

describe('the cache of keys', () => {
  it('fetches once for all who ask at the same time, and answers at once afterwards', async () => {
    const { cache, server, question, get } = setUp()
    server.answer = setWith('k1')
    const answers = await Promise.all([get(), get(), get()])
    assert.deepEqual(answers.map(textOf), ['k1', 'k1', 'k1'])
    assert.equal(server.fetches, 1)
    assert.ok(!(cache.get(question()) instanceof Promise))
  })

  it('gives the same object as long as the keys are the same', async () => {
    const { server, get } = setUp()
    server.answer = setWith('k1')
    const [first, second] = [await get(), await get()]
    assert.ok('keys' in first && 'keys' in second && first.keys === second.keys)
  })

  it('asks again after the lifetime, not before', async () => {
    const { clock, server, get } = setUp()
    server.answer = setWith('k1')
    await get()
    clock.now += hour - 1
    await get()
    assert.equal(server.fetches, 1)
    clock.now += 1
    await get()
    assert.equal(server.fetches, 2)
  })

  it('goes on with the keys that it has while their server fails, for a week', async () => {
    const { clock, server, get } = setUp()
    server.answer = setWith('k1')
    await get()
    server.answer = new Error('no route to host')
    for (const age of [hour, day, 6 * day]) {
      clock.now = 1_000_000 * second + age
      assert.equal(textOf(await get()), 'k1')
    }
    clock.now = 1_000_000 * second + 7 * day + 1
    assert.equal(textOf(await get()), 'unavailable')
  })

  it('drops a key that its server no longer knows', async () => {
    const { clock, server, get } = setUp()
    server.answer = setWith('k1')
    await get()
    clock.now += hour
    server.answer = null
    assert.equal(textOf(await get()), 'unknown')
    assert.equal(textOf(await get()), 'unknown')
  })

  it('leaves a server that failed alone for 10 s, and says why', async () => {
    const { clock, server, get } = setUp()
    server.answer = new Error('no route to host')
    const answer = await get()
    assert.ok('detail' in answer)
    assert.match(answer.detail, /^The keys of service cannot be fetched: no route to host$/)
    clock.now += 9_999
    assert.equal(textOf(await get()), 'unavailable')
    assert.equal(server.fetches, 1)
    clock.now += 1
    server.answer = setWith('k1')
    assert.equal(textOf(await get()), 'k1')
  })

  it('remembers for a minute that there is no such key', async () => {
    const { clock, server, get } = setUp()
    assert.equal(textOf(await get()), 'unknown')
    clock.now += 59_999
    assert.equal(textOf(await get()), 'unknown')
    assert.equal(server.fetches, 1)
    clock.now += 1
    server.answer = setWith('k1')
    assert.equal(textOf(await get()), 'k1')
  })

  it('fetches a set again for a key that it lacks, but not within 30 s', async () => {
    const { clock, server, get } = setUp()
    server.answer = setWith('k1')
    await get()
    server.answer = setWith('k1', 'k2')
    assert.equal(textOf(await get({ keyId: 'k2' })), 'unknown')
    assert.equal(server.fetches, 1)
    clock.now += 30_000
    assert.equal(textOf(await get({ keyId: 'k2' })), 'k2')
    assert.equal(textOf(await get({ keyId: null })), 'k1,k2')
    assert.equal(server.fetches, 2)
  })

  it('is not sure about a key that a set lacks while the set cannot be fetched', async () => {
    const { clock, server, get } = setUp()
    server.answer = setWith('k1')
    await get()
    clock.now += 30_000
    server.answer = new Error('gone')
    assert.equal(textOf(await get({ keyId: 'k2' })), 'unavailable')
    assert.equal(textOf(await get()), 'k1')
  })

  it('uses a key within its dates only', async () => {
    const { clock, server, get } = setUp()
    const start = clock.now
    server.answer = { ...setWith('k1'), validFrom: start + 10, validUntil: start + 20 }
    assert.equal(textOf(await get()), 'unknown')
    clock.now = start + 10
    assert.equal(textOf(await get()), 'k1')
    clock.now = start + 20
    assert.equal(textOf(await get()), 'unknown')
  })

  it('costs the server 10 fetches and then one each 6 s, whatever keys are asked for; what is known goes on', async () => {
    const { clock, server, get } = setUp()
    server.answer = setWith('k1')
    await get()
    server.answer = null
    const outcomes = new Set<string>()
    for (let index = 0; index < 200; index++) outcomes.add(textOf(await get({ name: `bogus ${index}` })))
    assert.deepEqual([...outcomes], ['unknown', 'unavailable'])
    assert.equal(server.fetches, 10)
    assert.equal(textOf(await get()), 'k1')
    clock.now += 6_000
    for (let index = 0; index < 20; index++) await get({ name: `other ${index}` })
    assert.equal(server.fetches, 11)
    assert.equal(textOf(await get({ name: 'x', service: 'another' })), 'unknown')
  })

  it('renews a key that it knows through a flood of keys that do not exist', async () => {
    const { clock, server, get } = setUp()
    server.answer = setWith('k1')
    await get()
    clock.now += hour
    server.answer = null
    for (let index = 0; index < 20; index++) await get({ name: `bogus ${index}` })
    const { fetches } = server
    server.answer = setWith('k1')
    const renewed = await get()
    assert.equal(server.fetches, fetches + 1)
    assert.ok('keys' in renewed)
  })

  it('keeps a key that serves through a flood of keys that do not exist', async () => {
    const { clock, server, get } = setUp()
    server.answer = setWith('k1')
    await get()
    server.answer = null
    for (let index = 0; index < 3000; index++) {
      await get({ name: `bogus ${index}`, service: `s${index}` })
    }
    server.answer = new Error('must not be asked')
    clock.now += 1
    assert.equal(textOf(await get()), 'k1')
  })
})

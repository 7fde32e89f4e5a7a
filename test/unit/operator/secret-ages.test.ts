import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createSecretAges } from '../../../src/operator/secret-ages.ts'
import { notesDouble } from './notes-double.ts'

const source = (current: string, previous: string | null = null) => [{ name: 'github', secrets: { current, previous } }]

/** A store in memory, on which gateways with these secrets start one after the other. */
function setUp() {
  let now = 1_000
  const store = notesDouble({ now: () => now })
  const failures: unknown[] = []
  const onFailure = (error: unknown) => failures.push(error)
  const open = (sources: ReturnType<typeof source>) => createSecretAges({ sources, store, now: () => now, onFailure })
  return {
    store,
    failures,
    open,
    async startAt(time: number, sources: ReturnType<typeof source>) {
      now = time
      const ages = open(sources)
      await ages.learn()
      return [ages.of('github', 'current'), ages.of('github', 'previous')]
    },
  }
}

describe('the age of a secret', () => {
  it('counts from the first start with it, through a change and back', async () => {
    const { startAt } = setUp()
    assert.deepEqual(await startAt(1_000, source('one')), [1_000, null])
    assert.deepEqual(await startAt(2_000, source('one')), [1_000, null])
    assert.deepEqual(await startAt(3_000, source('two', 'one')), [3_000, 1_000])
    assert.deepEqual(await startAt(4_000, source('two')), [3_000, null])
    assert.deepEqual(await startAt(5_000, source('one')), [1_000, null])
  })

  it('is not known before somebody looked, nor of other sources', async () => {
    const { open } = setUp()
    const ages = open(source('one'))
    assert.equal(ages.of('github', 'current'), null)
    await ages.learn()
    assert.equal(ages.of('stripe', 'current'), null)
  })

  it('leaves nothing of the secret in the store', async () => {
    const { startAt, store } = setUp()
    await startAt(1_000, source('the secret itself'))
    const [note] = await store.notes('secret-ages')
    assert.equal(note?.key, 'github')
    assert.ok(!note?.value.includes('the secret'))
  })

  it('is the same for processes that start together', async () => {
    const { store, startAt, open } = setUp()
    await Promise.all([open(source('one')).learn(), open(source('one')).learn(), open(source('one')).learn()])
    assert.equal((await store.notes('secret-ages')).length, 1)
    assert.deepEqual(await startAt(9_000, source('one')), [1_000, null])
  })

  it('is left out where the store does not say, or holds something else', async () => {
    const { store, startAt, failures } = setUp()
    store.cutOff()
    assert.deepEqual(await startAt(1_000, source('one')), [null, null])
    assert.equal(failures.length, 1)
    store.restore()
    await store.setNote({ kind: 'secret-ages', key: 'github', value: '{"salt":1}', version: null })
    assert.deepEqual(await startAt(2_000, source('one')), [2_000, null])
  })
})

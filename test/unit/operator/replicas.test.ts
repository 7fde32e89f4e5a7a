import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createReplicas } from '../../../src/operator/replicas.ts'
import { fakeClock } from '../delivery/support.ts'
import { notesDouble } from './notes-double.ts'

it('processes on one store count each other, those that ended and those that died no more', async () => {
  const clock = fakeClock()
  const store = { ...notesDouble(clock), shared: true }
  const mortal = fakeClock()
  const [a, b, c] = [createReplicas(store, clock), createReplicas(store, clock), createReplicas(store, mortal)]
  for (const each of [a, b, c]) each.begin()
  await clock.advance(0)
  assert.deepEqual([await a.count(), await b.count(), await c.count()], [3, 3, 3])
  await b.stop()
  assert.equal(await a.count(), 2)
  await clock.advance(20_000)
  assert.equal(await a.count(), 1)
  assert.equal((await store.notes('replica')).length, 2)
  await clock.advance(600_000)
  assert.equal((await store.notes('replica')).length, 1)
})

it('a store that nobody shares is asked nothing', async () => {
  const clock = fakeClock()
  const notes = notesDouble(clock)
  notes.cutOff()
  const replicas = createReplicas({ ...notes, shared: false }, clock)
  replicas.begin()
  assert.equal(await replicas.count(), null)
  await replicas.stop()
  assert.deepEqual(clock.timers(), [])
})

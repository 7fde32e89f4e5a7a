import assert from 'node:assert/strict'
import { it } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { openSqliteStore } from '../../../src/store/sqlite/store.ts'
import { newEvent } from '../../support/events.ts'
import { tempDir } from '../../support/temp-dir.ts'

const claim = [{ destination: 'd', limit: 1, leaseMs: 60_000 }]

async function openCounting() {
  let commits = 0
  const store = await openSqliteStore({
    dataDir: tempDir(),
    dedupRetentionMs: 86_400_000,
    onCommit: () => {
      commits += 1
    },
  })
  return { store, commits: () => commits }
}

it('lets a claim wait a moment for the commit of an event, while they come fast', async () => {
  const { store, commits } = await openCounting()
  let shared = false
  // A machine that is busy elsewhere may let that moment pass.
  for (let tries = 0; tries < 50 && !shared; tries += 1) {
    await store.accept(newEvent({ destinations: ['d'] }))
    const before = commits()
    const claimed = store.claim(claim, Date.now())
    await nextTurn()
    await nextTurn()
    await Promise.all([claimed, store.accept(newEvent())])
    shared = commits() === before + 1
  }
  assert.ok(shared)
  await store.close()
})

it('lets no other call wait', async () => {
  const { store, commits } = await openCounting()
  await store.accept(newEvent({ destinations: ['d'] }))
  const before = commits()
  const replayed = store.find('none')
  await nextTurn()
  await nextTurn()
  await Promise.all([replayed, store.accept(newEvent())])
  assert.equal(commits(), before + 2)
  await store.close()
})

it('claims though no other event follows, and finishes what waits when it is closed', async () => {
  const { store } = await openCounting()
  await store.accept(newEvent({ destinations: ['d'] }))
  assert.equal((await store.claim(claim, Date.now() + 1)).leases.length, 1)
  await store.accept(newEvent({ destinations: ['d'] }))
  const last = store.claim(claim, Date.now() + 1)
  await store.close()
  assert.equal((await last).leases.length, 1)
})

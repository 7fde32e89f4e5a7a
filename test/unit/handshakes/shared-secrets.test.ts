import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openCapturedSecrets } from '../../../src/handshakes/captured-secrets.ts'
import { openSharedSecrets } from '../../../src/handshakes/shared-secrets.ts'
import { tempDir } from '../../support/temp-dir.ts'
import { notesDouble } from '../operator/notes-double.ts'

function setUp() {
  const dataDir = tempDir()
  const store = { ...notesDouble({ now: () => 0 }), engine: 'postgres' as const }
  return { dataDir, store, open: () => openSharedSecrets(store, openCapturedSecrets(dataDir)) }
}

describe('a secret that was brought to one process', () => {
  it('is known to the others as soon as they ask, the newest first', async () => {
    const { open } = setUp()
    const [a, b] = [open(), open()]
    await Promise.all([a.add('asana', 'one'), b.add('notion', 'two'), b.add('asana', 'three')])
    await Promise.all([a.refresh?.(), b.refresh?.()])
    assert.deepEqual(a.of('asana').toSorted(), ['one', 'three'])
    assert.deepEqual(a.of('asana'), b.of('asana'))
    assert.deepEqual(a.all().toSorted(), ['one', 'three', 'two'])
    for (let n = 0; n < 10; n += 1) await a.add('asana', `later ${n}`)
    await b.refresh?.()
    assert.deepEqual(
      b.of('asana'),
      Array.from({ length: 8 }, (_, n) => `later ${9 - n}`),
    )
  })

  it('is the same list as long as nothing is added, however many ask', async () => {
    const { open } = setUp()
    const [a, b] = [open(), open()]
    await a.add('asana', 'one')
    await b.refresh?.()
    const known = b.of('asana')
    await Promise.all(Array.from({ length: 50 }, () => b.refresh?.()))
    assert.equal(b.of('asana'), known)
  })

  it('counts for nothing where the store cannot keep it', async () => {
    const { open, store } = setUp()
    const a = open()
    store.cutOff()
    await assert.rejects(a.add('asana', 'lost'))
    await assert.rejects(a.refresh?.() ?? Promise.resolve())
    assert.deepEqual(a.of('asana'), [])
    store.restore()
    await a.refresh?.()
    assert.deepEqual(a.of('asana'), [])
  })

  it('in the file of a machine that now shares a store is taken over, once', async () => {
    const { dataDir, store, open } = setUp()
    const before = openCapturedSecrets(dataDir)
    for (const secret of ['one', 'two']) await before.add('asana', secret)
    const a = open()
    await a.refresh?.()
    assert.deepEqual(a.of('asana'), ['two', 'one'])
    await a.add('asana', 'three')
    const [note] = await store.notes('handshake-secrets')
    assert.equal(note?.value, '["three","two","one"]')
    const again = open()
    await again.refresh?.()
    assert.deepEqual(again.of('asana'), ['three', 'two', 'one'])
  })
})

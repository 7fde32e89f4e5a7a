import assert from 'node:assert/strict'
import { type Check, retention } from './support.ts'

/** What the gateway remembers for itself. */
export function notesContract(check: Check): void {
  check('remembers notes by kind and key, across a restart', async (store, t, harness) => {
    assert.deepEqual(await store.notes('job'), [])
    assert.equal(await store.note('job', 'a'), null)
    const value = JSON.stringify({ text: 'Zoë ☃', long: 'x'.repeat(50_000) })
    const version = await store.setNote({ kind: 'job', key: 'b', value, version: null })
    assert.ok(version !== null)
    await store.setNote({ kind: 'job', key: 'a', value: 'first', version: null })
    await store.setNote({ kind: 'other', key: 'a', value: 'apart', version: null })
    await store.close()
    const reopened = await harness.open(retention)
    t.after(() => reopened.close())
    const notes = await reopened.notes('job')
    assert.deepEqual(
      notes.map(({ key, value }) => [key, value]),
      [
        ['a', 'first'],
        ['b', value],
      ],
    )
    assert.equal(notes[1]?.version, version)
    assert.ok(notes.every(({ ageMs }) => ageMs >= 0 && ageMs < 60_000))
    assert.equal((await reopened.note('other', 'a'))?.value, 'apart')
  })

  check('writes a note only where nobody was faster', async (store) => {
    const set = (value: string | null, version: number | null) => store.setNote({ kind: 'k', key: 'a', value, version })
    const first = await set('one', null)
    assert.ok(first !== null)
    assert.equal(await set('two', null), null)
    const second = await set('two', first)
    assert.ok(second !== null && second !== first)
    assert.equal(await set('three', first), null)
    assert.equal(await set(null, first), null)
    assert.deepEqual([(await store.note('k', 'a'))?.value, (await store.note('k', 'a'))?.version], ['two', second])
    assert.ok((await set(null, second)) !== null)
    assert.equal(await store.note('k', 'a'), null)
    assert.equal(await set('four', second), null)
    const anew = await set('four', null)
    assert.ok(anew !== null && anew !== first && anew !== second, 'a version is not given twice')
    const racing = await Promise.all(Array.from({ length: 20 }, (_, n) => set(`racing ${n}`, anew)))
    assert.equal(racing.filter((version) => version !== null).length, 1)
  })
}

import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { createPlace, openCursor } from '../../../src/cli/listen/cursor.ts'
import { encodeEventId } from '../../../src/store/event-id.ts'
import { tempDir } from '../../support/temp-dir.ts'

const target = new URL('http://localhost:4000/hooks')
const id = (n: number) => encodeEventId(n)

describe('the place of a listener', () => {
  it('is kept for each gateway and target, or under a name', () => {
    const env = { XDG_STATE_HOME: tempDir() }
    const open = (gateway: string, to = target, name?: string) => openCursor({ env, now: Date.now }, gateway, to, name)
    assert.equal(open('https://a.example').read(), null)
    open('https://a.example').write(id(7))
    assert.equal(open('https://a.example').read(), id(7))
    assert.equal(open('https://b.example').read(), null)
    assert.equal(open('https://a.example', new URL('http://localhost:5000/hooks')).read(), null)
    assert.equal(
      open('https://a.example', new URL('http://localhost:5000/hooks'), 'localhost-4000-hooks').read(),
      id(7),
    )
    assert.match(open('https://a.example').path, /posthorn\/cursors\/a\.example\/localhost-4000-hooks\.json$/)
    assert.equal(JSON.parse(readFileSync(open('https://a.example').path, 'utf8')).gateway, 'https://a.example')
  })

  it('is at home where XDG says nothing sensible', () => {
    const home = tempDir()
    const { path } = openCursor({ env: { HOME: home, XDG_STATE_HOME: 'relative' }, now: Date.now }, 'http://a', target)
    assert.ok(path.startsWith(join(home, '.local', 'state', 'posthorn')))
  })

  it('says what is wrong with its file', () => {
    const state = tempDir()
    const cursor = openCursor({ env: { XDG_STATE_HOME: state }, now: Date.now }, 'http://a', target)
    mkdirSync(dirname(cursor.path), { recursive: true })
    for (const text of ['', '{}', '{"gateway":"x","after":"evt_","savedAt":""}']) {
      writeFileSync(cursor.path, text)
      assert.throws(() => cursor.read(), /is damaged/)
    }
    writeFileSync(join(state, 'file'), '')
    const blocked = openCursor({ env: { XDG_STATE_HOME: join(state, 'file') }, now: Date.now }, 'http://a', target)
    assert.throws(() => blocked.write(id(1)), /cannot be written/)
  })

  it('moves past what is done with, in the order of coming', () => {
    const place = createPlace(id(0))
    for (const n of [1, 2, 4]) place.begin(id(n))
    place.end(id(2))
    assert.equal(place.reached(), id(0))
    place.end(id(1))
    assert.equal(place.reached(), id(2))
    place.skip(id(5))
    place.skip(id(6))
    assert.equal(place.reached(), id(2), 'the fourth is not done with')
    place.end(id(4))
    assert.equal(place.reached(), id(6))
    place.skip(id(9))
    assert.equal(place.reached(), id(9))
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createRouter } from '../../../src/delivery/routing.ts'
import type { Routable } from '../../../src/delivery/types.ts'

function counting(name: string, matches: (event: Routable) => boolean) {
  const one = {
    name,
    asked: 0,
    matches(event: Routable) {
      one.asked += 1
      return matches(event)
    },
  }
  return one
}

describe('routing', () => {
  it('names every destination that matches, in their order', () => {
    const router = createRouter([
      counting('all', () => true),
      counting('users', ({ type }) => type.startsWith('user.')),
      counting('stripe', ({ source }) => source === 'stripe'),
    ])
    assert.deepEqual(router.candidates({ source: 'acme', type: 'user.created' }).names, ['all', 'users'])
    assert.deepEqual(router.candidates({ source: 'stripe', type: 'user.created' }).names, ['all', 'users', 'stripe'])
    assert.deepEqual(createRouter([]).candidates({ source: 'acme', type: 'x' }).names, [])
  })

  it('asks once per source and type', () => {
    const one = counting('a', () => true)
    const router = createRouter([one])
    for (let i = 0; i < 10; i += 1) router.candidates({ source: 's', type: 't' })
    assert.equal(one.asked, 1)
    router.candidates({ source: 's', type: 'u' })
    router.candidates({ source: 'r', type: 't' })
    assert.equal(one.asked, 3)
  })

  it('tells apart what only runs together', () => {
    const router = createRouter([counting('a', ({ source }) => source === '1')])
    assert.deepEqual(router.candidates({ source: '1', type: '1:x' }).names, ['a'])
    assert.deepEqual(router.candidates({ source: '11', type: ':x' }).names, [])
    assert.deepEqual(router.candidates({ source: '', type: '1:1x' }).names, [])
  })

  it('remembers no more than it may, and forgets the oldest first', () => {
    const one = counting('a', () => true)
    const router = createRouter([one], 2)
    for (const type of ['1', '2', '3', '3', '2']) router.candidates({ source: 's', type })
    assert.equal(one.asked, 3)
    router.candidates({ source: 's', type: '1' })
    assert.equal(one.asked, 4)
  })
})

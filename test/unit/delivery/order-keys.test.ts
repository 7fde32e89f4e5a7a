import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { orderKey } from '../../../src/delivery/order-keys.ts'
import { buildTestApp } from '../../support/app.ts'
import { destination } from './support.ts'

const json = { 'content-type': 'application/json' }
const body = { id: 'evt-1', type: 'paid', data: { customer: 'c-1', seats: 3 } }

/** Takes one event and says under which keys it waits, by destination. */
async function keysOf(t: TestContext, orderBy: Readonly<Record<string, string | undefined>>, request: object) {
  const destinations = Object.entries(orderBy).map(([name, from]) =>
    destination(name, from === undefined ? {} : { orderBy: from }),
  )
  const { app, store } = await buildTestApp(t, {}, undefined, undefined, destinations)
  const response = await app.inject({ method: 'POST', url: '/webhook/paid', headers: json, ...request })
  assert.equal(response.statusCode, 200, response.body)
  const { deliveries = [] } = (await store.get(response.json().id)) ?? {}
  return Object.fromEntries(deliveries.map(({ destination: name, orderingKey }) => [name, orderingKey]))
}

describe('the key by which a destination keeps its order', () => {
  it('is what the pointer says of the body, for the destinations that ask for one', async (t) => {
    const found = await keysOf(
      t,
      { a: '/data/customer', b: undefined, c: '/data/seats', d: '/data', e: '/nothing/there' },
      { payload: body },
    )
    assert.deepEqual(found, { a: 'c-1', b: null, c: '3', d: null, e: null })
  })

  it('is read from a large body too, by the thread', async (t) => {
    const payload = { pad: 'x'.repeat(200_000), ...body }
    assert.deepEqual(await keysOf(t, { a: '/data/customer', b: '/data/seats' }, { payload }), { a: 'c-1', b: '3' })
  })

  it('is read from a form, and from JSON that is not called so; nothing else has one', async (t) => {
    const orderBy = { a: '/customer' }
    for (const [payload, headers, key] of [
      ['customer=c-1&n=1', { 'content-type': 'application/x-www-form-urlencoded' }, 'c-1'],
      ['{"customer":"c-1"}', { 'content-type': 'text/plain' }, 'c-1'],
      ['{"customer":"c-1"}', { ...json, 'content-encoding': 'gzip' }, 'c-1'],
      ['customer: c-1', { 'content-type': 'text/plain' }, null],
      ['', json, null],
    ] as const) {
      const request = { payload, headers: payload === '' ? { 'content-type': 'text/plain' } : headers }
      assert.deepEqual(await keysOf(t, orderBy, request), { a: key }, payload)
    }
  })

  it('can be a header, but none that proves the sender', async (t) => {
    const headers = { ...json, 'x-customer': 'c-9', 'x-webhook-signature': 'sha256=00' }
    const orderBy = { a: 'header:x-customer', b: 'header:x-webhook-signature', c: 'header:x-none' }
    assert.deepEqual(await keysOf(t, orderBy, { payload: body, headers }), { a: 'c-9', b: null, c: null })
  })

  it('is bounded, and the same for the same value', () => {
    const hashed = /^sha256:[0-9a-f]{64}$/
    assert.equal(orderKey('a'.repeat(128)), 'a'.repeat(128))
    assert.match(orderKey('a'.repeat(129)) ?? '', hashed)
    assert.equal(orderKey('a'.repeat(1e6)), orderKey('a'.repeat(1e6)))
    assert.notEqual(orderKey('a'.repeat(1e6)), orderKey(`${'a'.repeat(1e6)}b`))
    // What a text column would not give back as it took it.
    for (const odd of ['a\0b', 'a\nb', '\ud800']) assert.match(orderKey(odd) ?? '', hashed)
    assert.notEqual(orderKey('a\0b'), orderKey('a\0c'))
    assert.deepEqual([0, -1.5, true, '0', 'é 😀', '', undefined].map(orderKey), [
      '0',
      '-1.5',
      'true',
      '0',
      'é 😀',
      null,
      null,
    ])
  })
})

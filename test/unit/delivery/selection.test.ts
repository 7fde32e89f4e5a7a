import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { FilterQuery } from '../../../src/config/types.ts'
import { askFilters, type Filter } from '../../../src/delivery/filter.ts'
import { createRouter } from '../../../src/delivery/routing.ts'
import { createSelector, type SelectableEvent } from '../../../src/delivery/selection.ts'
import { createBodyWorker } from '../../../src/events/body-worker.ts'
import { readPayload } from '../../../src/events/payload.ts'
import type { Cleanup } from '../../support/gateway.ts'

interface Sent {
  readonly headers?: readonly string[]
  readonly contentType?: string
}

/** An event as the plugins hand it over. */
function eventOf(text: string, { headers = [], contentType = 'application/json' }: Sent = {}): SelectableEvent {
  const body = Buffer.from(text)
  const question = { contentType, mustBeJson: false, pointers: [], echo: false, keep: true }
  const payload = body.length > 64 * 1024 ? null : readPayload(body, question)
  const document = payload === null || payload === 'invalid' ? undefined : payload.document
  return { source: 'acme', type: 'order.paid', headers, body, contentType, document }
}

/** Selects among a destination without a filter and one with this filter. */
async function selector(t: Cleanup, filter: FilterQuery) {
  const router = createRouter([
    { name: 'all', matches: () => true },
    { name: 'some', matches: () => true, filter },
    { name: 'other', matches: ({ source }) => source === 'other', filter },
  ])
  const worker = createBodyWorker({ sources: [], publicUrl: null, filters: router.filters })
  t.after(() => worker.close())
  return createSelector(router, worker)
}

const large = (fields: object) => JSON.stringify({ ...fields, padding: 'x'.repeat(100_000) })
const taken = { names: ['all', 'some'], undecided: [] }
const left = { names: ['all'], undecided: [] }
const undecided = { names: ['all', 'some'], undecided: ['some'] }

describe('a filter', () => {
  const cases: readonly (readonly [FilterQuery, object, object])[] = [
    [{ 'body.action': 'opened' }, { action: 'opened' }, { action: 'closed' }],
    [{ 'body.total': { $gte: 100 } }, { total: 100 }, { total: '100' }],
    [
      { 'body.items': { $elemMatch: { sku: 'a', n: { $gt: 1 } } } },
      { items: [{ sku: 'a', n: 2 }] },
      {
        items: [
          { sku: 'a', n: 1 },
          { sku: 'b', n: 2 },
        ],
      },
    ],
    [{ 'body.user.name': /^A/ }, { user: { name: 'Ada' } }, { user: { name: 'Eda' } }],
    [{ 'body.user.name': { $regex: '^a', $options: 'i' } }, { user: { name: 'Ada' } }, {}],
    [{ $or: [{ 'body.a': 1 }, { 'body.b': null }] }, { b: null }, { a: 2, b: 1 }],
    [{ 'body.a': { $exists: false } }, {}, { a: null }],
  ]
  for (const [filter, fits, other] of cases) {
    it(`${JSON.stringify(filter)} says the same of small and large bodies`, async (t) => {
      const select = await selector(t, filter)
      for (const write of [JSON.stringify, large]) {
        assert.deepEqual(await select(eventOf(write(fits))), taken)
        assert.deepEqual(await select(eventOf(write(other))), left)
      }
    })
  }

  it('sees headers in lower case, several of one name joined', async (t) => {
    const select = await selector(t, { 'headers.x-region': 'eu, us' })
    const headers = ['X-Region', 'eu', 'x-region', 'us']
    for (const body of ['{}', large({})]) {
      assert.deepEqual(await select(eventOf(body, { headers })), taken)
      assert.deepEqual(await select(eventOf(body, { headers: ['X-Region', 'eu'] })), left)
    }
  })

  it('sees the fields of a form, JSON under any name, and of anything else no body', async (t) => {
    const select = await selector(t, { 'body.a': '1' })
    const contentType = 'application/x-www-form-urlencoded'
    for (const padding of ['', `&x=${'x'.repeat(70_000)}`]) {
      assert.deepEqual(await select(eventOf(`a=1${padding}`, { contentType })), taken)
    }
    assert.deepEqual(await select(eventOf('{"a":"1"}', { contentType: 'text/plain' })), taken)
    assert.deepEqual(await select(eventOf('a=1', { contentType: 'text/plain' })), left)
    const any = await selector(t, { body: { $exists: true } })
    for (const padding of ['', 'x'.repeat(70_000)]) {
      assert.deepEqual(await any(eventOf(`not JSON${padding}`, { contentType: 'text/plain' })), left)
    }
    assert.deepEqual(await any(eventOf('[]')), taken)
  })

  it('is asked only where source and type fit', async (t) => {
    const select = await selector(t, { 'body.a': 1 })
    assert.deepEqual(await select({ ...eventOf('{"a":1}'), source: 'other' }), {
      names: ['all', 'some', 'other'],
      undecided: [],
    })
  })

  it('answers at once for a small body', async (t) => {
    const select = await selector(t, { 'body.a': 1 })
    assert.ok(!(select(eventOf('{"a":1}')) instanceof Promise))
  })

  it('whose regular expression backtracks without end is given up, and the event goes to its destination', async (t) => {
    const select = await selector(t, { 'body.a': /^(a+)+$/ })
    const a = `${'a'.repeat(60)}!`
    assert.deepEqual(await select(eventOf(JSON.stringify({ a }))), undecided)
    assert.deepEqual(await select(eventOf(large({ a }))), undecided)
    assert.deepEqual(await select(eventOf('{"a":"aaa"}')), taken)
    assert.deepEqual(await select(eventOf(large({ a: 'aaa!' }))), left)
  })

  it('shares its time with the others of the event: what one used up, those after it do not have', () => {
    const limits: number[] = []
    const slow: Filter = (_document, limitMs) => {
      limits.push(limitMs)
      for (const end = performance.now() + 25; performance.now() < end; );
      return 'undecided'
    }
    askFilters([slow, slow, slow], { headers: {} }, 20)
    assert.deepEqual(limits.slice(1), [1, 1])
    assert.ok((limits[0] ?? 0) > 1)
  })

  it('is not asked about more than 5 MiB, nor harmed by what is nested without end', async (t) => {
    const select = await selector(t, { 'body.a': 1 })
    assert.deepEqual(await select(eventOf(JSON.stringify({ a: 2, padding: 'x'.repeat(5 * 1024 * 1024) }))), undecided)
    const nested = await select(eventOf(`${'['.repeat(30_000)}${']'.repeat(30_000)}`))
    assert.ok(nested.names.includes('all'))
    assert.deepEqual(await select(eventOf('{"a":2}')), left)
  })

  it('takes what a payload calls __proto__ or constructor for data', async (t) => {
    const select = await selector(t, { 'body.admin': true })
    assert.deepEqual(await select(eventOf('{"__proto__":{"admin":true},"constructor":{"admin":true}}')), left)
  })
})

it('without filters nothing is read and nothing is made', async (t) => {
  const router = createRouter([{ name: 'all', matches: () => true }])
  const worker = createBodyWorker({ sources: [], publicUrl: null })
  t.after(() => worker.close())
  const select = await createSelector(router, worker)
  assert.equal(select(eventOf('{}')), select(eventOf('[]')))
})

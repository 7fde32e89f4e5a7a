import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Transform, withTransform } from '../../../src/delivery/transform.ts'
import type { DeliverableEvent } from '../../../src/delivery/types.ts'
import { context, destination, event } from './support.ts'

const sent = event({
  type: 'order.paid',
  headers: ['Content-Type', 'text/xml', 'X-A', '1', 'Content-Encoding', 'gzip', 'x-a', '2'],
  body: Buffer.from('{"n":1}'),
})

/** What the destination is handed, and how the attempt ends. */
async function through(transform: Transform, signal?: AbortSignal) {
  const handed: DeliverableEvent[] = []
  const inner = destination('orders', {
    async attempt(given) {
      handed.push(given)
      return { result: 'delivered', status: 204 }
    },
  })
  const outcome = await withTransform(inner, transform).attempt(sent, context(signal === undefined ? {} : { signal }))
  return { outcome, handed: handed[0] }
}

/** A transform whose result the types would not allow. */
const returning = (result: unknown): Transform => new Function('result', 'return () => result')(result)

describe('a transform', () => {
  it('sees the event, and a copy of its bytes', async () => {
    const { handed } = await through((given, { attempt }) => {
      assert.equal(attempt, 1)
      assert.deepEqual(
        [given.id, given.source, given.type, given.text(), given.json()],
        [sent.id, sent.source, 'order.paid', '{"n":1}', { n: 1 }],
      )
      assert.deepEqual({ ...given.headers }, { 'content-type': 'text/xml', 'x-a': '1, 2', 'content-encoding': 'gzip' })
      given.body.fill(0)
      return {}
    })
    assert.equal(Buffer.from(sent.body).toString(), '{"n":1}')
    assert.deepEqual(handed?.headers, sent.headers)
  })

  it('changes type, headers and body, each alone', async () => {
    const typed = await through(() => ({ type: 'invoice.paid' }))
    assert.deepEqual(
      [typed.handed?.type, typed.handed?.headers, Buffer.from(typed.handed?.body ?? []).toString()],
      ['invoice.paid', sent.headers, '{"n":1}'],
    )
    const headed = await through(async ({ headers }) => ({ headers: { ...headers, 'x-b': '3' } }))
    assert.deepEqual(headed.handed?.headers, [
      'content-type',
      'text/xml',
      'x-a',
      '1, 2',
      'content-encoding',
      'gzip',
      'x-b',
      '3',
    ])
    assert.deepEqual(headed.outcome, { result: 'delivered', status: 204 })
    for (const [body, bytes] of [
      ['text', 'text'],
      [Buffer.from('bytes'), 'bytes'],
      [{ n: 2 }, '{"n":2}'],
      [[1], '[1]'],
      [null, 'null'],
    ] as const) {
      const { handed } = await through(() => ({ body }))
      assert.equal(Buffer.from(handed?.body ?? []).toString(), bytes)
      assert.equal(handed?.bodySize, bytes.length)
    }
  })

  it('with another body drops the headers that described the old one, unless it gives headers', async () => {
    const text = await through(() => ({ body: 'text' }))
    assert.deepEqual(text.handed?.headers, ['Content-Type', 'text/xml', 'X-A', '1', 'x-a', '2'])
    const json = await through(() => ({ body: { n: 2 } }))
    assert.deepEqual(json.handed?.headers, ['X-A', '1', 'x-a', '2', 'content-type', 'application/json'])
    const own = await through(() => ({ body: { n: 2 }, headers: { 'content-type': 'x/y' } }))
    assert.deepEqual(own.handed?.headers, ['content-type', 'x/y'])
  })

  it('may hand back the event itself, spread or not', async () => {
    for (const transform of [(given) => given, (given) => ({ ...given, type: 'order.paid' })] satisfies Transform[]) {
      const { handed } = await through(transform)
      assert.deepEqual(handed, { ...sent, body: Buffer.from(sent.body) })
    }
  })

  it('that returns null leaves the event out: its delivery is done, and says so', async () => {
    const { outcome, handed } = await through(async () => null)
    assert.deepEqual(outcome, { result: 'delivered', status: null, note: 'left out by the transform' })
    assert.equal(handed, undefined)
  })

  const wrong: readonly (readonly [string, Transform, RegExp])[] = [
    [
      'throws',
      () => {
        throw new TypeError('no total')
      },
      /^the transform failed: no total$/,
    ],
    [
      'rejects',
      async () => {
        throw new Error('no\ntotal')
      },
      /^the transform failed: no$/,
    ],
    ['reads what is not JSON', (given) => ({ body: JSON.parse(`${given.text()}x`) }), /^the transform failed: /],
    ['returns nothing', returning(undefined), /returned nothing: return what is handed on, or null/],
    ['returns a text', returning('x'), /returned no object/],
    ['returns a misspelt key', returning({ boby: 'x' }), /returned "boby"/],
    ['returns an empty type', returning({ type: '' }), /its type is not usable/],
    ['returns a type of two lines', returning({ type: 'a\nb' }), /its type is not usable/],
    ['returns headers that are a list', returning({ headers: ['a'] }), /its headers are no object/],
    ['returns a header that is a number', returning({ headers: { 'x-a': 1 } }), /its header "x-a" is no text/],
    ['returns a body that is a function', returning({ body: () => {} }), /its body cannot be written as JSON/],
    ['returns a body with a BigInt', returning({ body: { n: 1n } }), /^the transform failed: /],
  ]
  for (const [what, transform, said] of wrong) {
    it(`that ${what} has failed, and is tried again`, async () => {
      const { outcome, handed } = await through(transform)
      assert.equal(handed, undefined)
      assert.ok(outcome.result === 'failed')
      assert.match(outcome.error, said)
    })
  }

  it('that never ends is given up when the attempt is', async () => {
    const stop = new AbortController()
    const ended = through(() => new Promise(() => {}), stop.signal)
    stop.abort(new Error('not done within 15 s'))
    const { outcome } = await ended
    assert.ok(outcome.result === 'failed')
    assert.equal(outcome.error, 'the transform failed: not done within 15 s')
  })
})

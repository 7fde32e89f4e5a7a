import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { forwardHeaders, joinedHeaders } from '../../../src/delivery/headers.ts'
import { event, trace } from './support.ts'

const unsigned = { attempt: 3, signature: null, trace }
const signature = { 'webhook-id': 'evt_1', 'webhook-timestamp': '7', 'webhook-signature': 'v1,s' }

/** What is left of the sender's headers. */
function kept(headers: string[], facts: Parameters<typeof forwardHeaders>[1] = unsigned): string[] {
  const none = forwardHeaders(event({ headers: [] }), facts)
  return forwardHeaders(event({ headers }), facts).slice(0, -none.length)
}

describe('headers for a destination', () => {
  it('end with what the gateway says of the event', () => {
    assert.deepEqual(forwardHeaders(event({ headers: [] }), unsigned), [
      'idempotency-key',
      'evt_1',
      'posthorn-event-id',
      'evt_1',
      'posthorn-source',
      'acme',
      'posthorn-type',
      'user.created',
      'posthorn-attempt',
      '3',
      'posthorn-received-at',
      '2026-01-02T03:04:05.000Z',
      'traceparent',
      `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    ])
  })

  it('keep the sender’s signature and everything that is about the message', () => {
    const headers = [
      ['Content-Type', 'application/json'],
      ['Content-Encoding', 'gzip'],
      ['User-Agent', 'GitHub-Hookshot/1'],
      ['X-Hub-Signature-256', 'sha256=00'],
      ['X-Empty', ''],
    ].flat()
    assert.deepEqual(kept(headers), headers)
  })

  for (const name of [
    'Connection',
    'Keep-Alive',
    'Proxy-Authenticate',
    'Proxy-Connection',
    'TE',
    'Trailer',
    'Transfer-Encoding',
    'Upgrade',
    'Host',
    'Content-Length',
    'Expect',
    'Accept-Encoding',
    'Authorization',
    'Cookie',
    'Proxy-Authorization',
    'Forwarded',
    'Via',
    'X-Forwarded-For',
    'X-Forwarded-Proto',
    'X-Real-IP',
    'Posthorn-Attempt',
    'posthorn-anything',
  ]) {
    it(`leave out ${name}`, () => assert.deepEqual(kept([name, 'x', 'X-Kept', 'y']), ['X-Kept', 'y']))
  }

  it('leave out what Connection names, over any number of lines', () => {
    const headers = ['connection', 'close, X-One', 'X-One', '1', 'Connection', ' x-two ', 'x-TWO', '2', 'X-Three', '3']
    assert.deepEqual(kept(headers), ['X-Three', '3'])
  })

  it('move the sender’s idempotency key aside', () => {
    assert.deepEqual(kept(['Idempotency-Key', 'theirs']), ['posthorn-original-idempotency-key', 'theirs'])
  })

  it('move the sender’s trace aside, and hand on the event’s', () => {
    const headers = ['Traceparent', 'theirs', 'X-Kept', 'y', 'tracestate', 'a=1']
    const moved = ['posthorn-original-traceparent', 'theirs', 'X-Kept', 'y', 'posthorn-original-tracestate', 'a=1']
    assert.deepEqual(kept(headers), moved)
    const written = forwardHeaders(event({ headers }), { ...unsigned, trace: { ...trace, state: 'a=1,b=2' } })
    assert.deepEqual(written.slice(-2), ['tracestate', 'a=1,b=2'])
  })

  it('keep a sender’s Standard Webhooks headers where the gateway does not sign', () => {
    const headers = ['webhook-id', 'msg_1', 'Webhook-Signature', 'v1,x']
    assert.deepEqual(kept(headers), headers)
  })

  it('move them aside where it does', () => {
    assert.deepEqual(kept(['webhook-id', 'msg_1', 'Webhook-Signature', 'v1,x'], { attempt: 1, signature, trace }), [
      'posthorn-original-webhook-id',
      'msg_1',
      'posthorn-original-webhook-signature',
      'v1,x',
    ])
    assert.deepEqual(
      forwardHeaders(event(), { attempt: 1, signature, trace }).slice(-6),
      Object.entries(signature).flat(),
    )
  })

  it('hold a type of any characters, and give it back unharmed', () => {
    const type = 'bestellung erstellt\r\nX-Injected: 1 100% 日本 \u{1f600}'
    const headers = joinedHeaders(forwardHeaders(event({ type }), unsigned))
    assert.match(headers['posthorn-type'] ?? '', /^[\x21-\x7e]+$/)
    assert.equal(decodeURIComponent(headers['posthorn-type'] ?? ''), type)
  })

  it('can always be written, whatever came in', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('a\r\nb: c', 'a\u0000', '\ud800', 'é', '日'),
    )
    fc.assert(
      fc.property(fc.array(text), text, text, (headers, source, type) => {
        const written = forwardHeaders(event({ headers, source, type }), unsigned)
        assert.equal(written.length % 2, 0)
        written.forEach((part, i) => {
          assert.match(part, i % 2 === 0 ? /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/ : /^[\t\x20-\x7e\x80-\xff]*$/)
        })
      }),
    )
  })
})

describe('headers for a handler', () => {
  it('have lower-case names and join what came twice', () => {
    const headers = joinedHeaders(['X-A', '1', 'x-a', '2', 'Cookie', 'a=1', 'cookie', 'b=2', '__proto__', 'x'])
    assert.deepEqual({ ...headers }, { 'x-a': '1, 2', cookie: 'a=1; b=2', ['__proto__']: 'x' })
    assert.equal(Object.getPrototypeOf(headers), null)
    assert.equal(headers['constructor'], undefined)
  })
})

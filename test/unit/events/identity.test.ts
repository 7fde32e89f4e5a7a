import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createIdentifier, type Identity } from '../../../src/events/identity.ts'
import { compilePointer } from '../../../src/events/json-pointer.ts'
import type { Scalar } from '../../../src/events/payload.ts'
import type { Accepted } from '../../../src/verification/types.ts'
import { providerNamed } from '../verification/requests.ts'

interface Told {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly verdict?: Partial<Accepted>
}

const accepted: Accepted = {
  ok: true,
  scheme: 'a-scheme',
  secret: 'current',
  signature: 'abcdef',
  signedAt: null,
  signedHeaders: new Set(),
}

function identify(source: string, provider: string, { headers = {}, body = {}, verdict }: Told): Identity {
  const identifier = createIdentifier(source, providerNamed(provider), source === 'default')
  const scalar = (value: unknown): Scalar =>
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined
  return identifier.identify({
    headers,
    body: Buffer.from(JSON.stringify(body)),
    values: identifier.pointers.map((pointer) => scalar(compilePointer(pointer)(body))),
    verdict: verdict === undefined ? null : { ...accepted, ...verdict },
    fallbackType: 'from.path',
  })
}

const standardWebhooks = { signedAt: 1, signedHeaders: new Set(['webhook-id', 'webhook-timestamp']) }

describe('the id of an event to the default source', () => {
  const id = (told: Told) => identify('default', 'generic', told).externalId

  it('is a signed webhook-id before anything else', () => {
    const headers = { 'webhook-id': 'msg_1' }
    assert.equal(id({ headers, body: { event_id: 'e' }, verdict: standardWebhooks }), 'msg_1')
  })

  it('is the field that can only be the id of an event', () => {
    const headers = { 'webhook-id': 'msg_1', 'idempotency-key': 'k' }
    assert.equal(id({ headers, body: { event_id: 'e', eventId: 'f', id: 'g', type: 't' } }), 'e')
    assert.equal(id({ headers, body: { eventId: 'f', id: 'g', type: 't' } }), 'f')
    for (const envelope of ['type', 'event', 'event_type', 'eventType']) {
      assert.equal(id({ headers, body: { id: 'g', [envelope]: 't' } }), 'g')
    }
  })

  it('is an unsigned header where the body has none, in this order', () => {
    const all = { 'webhook-id': 'a', 'x-webhook-id': 'b', 'x-event-id': 'c', 'idempotency-key': 'd' }
    const left = Object.entries(all)
    while (left.length > 0) {
      assert.equal(id({ headers: Object.fromEntries(left), body: { id: 'thing' } }), left[0]?.[1])
      left.shift()
    }
  })

  it('is /id alone only together with the same bytes and type', () => {
    const one = identify('default', 'generic', { body: { id: 7, name: 'a' } })
    const other = identify('default', 'generic', { body: { id: 7, name: 'b' } })
    assert.deepEqual([one.externalId, other.externalId], ['7', '7'])
    assert.notEqual(one.dedupKey, other.dedupKey)
    assert.equal(one.dedupKey, identify('default', 'generic', { body: { id: 7, name: 'a' } }).dedupKey)
  })

  it('as a number that was rounded in reading counts only together with the same bytes', () => {
    for (const field of ['event_id', 'eventId']) {
      const one = identify('default', 'generic', { body: { [field]: 2 ** 60, n: 1 } })
      const other = identify('default', 'generic', { body: { [field]: 2 ** 60, n: 2 } })
      assert.notEqual(one.dedupKey, other.dedupKey)
    }
    const exact = [1, 2].map((n) => identify('default', 'generic', { body: { event_id: 2 ** 53 - 1, n } }).dedupKey)
    assert.equal(exact[0], exact[1])
  })

  it('is none where nothing names the event', () => {
    const nameless = [
      {},
      { id: '' },
      { id: null },
      { event_id: true },
      { id: [1] },
      { id: { a: 1 } },
      [{ id: 1 }],
      'id',
      null,
    ]
    for (const body of nameless) assert.equal(id({ body, headers: { 'idempotency-key': '' } }), null)
  })

  it('is cut to what fits a line, but compared whole', () => {
    const long = 'x'.repeat(10_000)
    const [one, other] = ['1', '2'].map((end) => identify('default', 'generic', { body: { event_id: long + end } }))
    assert.equal(one?.externalId?.length, 256)
    assert.notEqual(one?.dedupKey, other?.dedupKey)
  })
})

describe('an id', () => {
  it('of one source says nothing about another source', () => {
    const key = (source: string) => identify(source, 'generic', { body: { event_id: 'e' } }).dedupKey
    assert.notEqual(key('default'), key('acme'))
  })
})

describe('the signature as a memory of what came', () => {
  it('makes the same bytes a duplicate where it covers a time and no id is signed', () => {
    const { replay } = identify('default', 'generic', { headers: { 'idempotency-key': 'k' }, verdict: { signedAt: 1 } })
    assert.equal(replay?.verdict, 'duplicate')
    const { replay: noId } = identify('slack', 'slack', { verdict: { signedAt: 1 } })
    assert.equal(noId?.verdict, 'duplicate')
  })

  it('only flags where it covers no time, and then only what has an unsigned id', () => {
    const { replay } = identify('github', 'github', { headers: { 'x-github-delivery': 'd' }, verdict: {} })
    assert.equal(replay?.verdict, 'flag')
    assert.equal(identify('github', 'github', { verdict: {} }).replay, null)
  })

  it('is not needed where the id is signed, and not to be had where nothing is', () => {
    assert.equal(identify('stripe', 'stripe', { body: { id: 'evt_1' }, verdict: { signedAt: 1 } }).replay, null)
    assert.equal(identify('default', 'generic', { headers: { 'x-event-id': 'e' } }).replay, null)
    const signed = { headers: { 'webhook-id': 'm' }, verdict: standardWebhooks }
    assert.equal(identify('standard-webhooks', 'standard-webhooks', signed).replay, null)
  })

  it('is apart by source and scheme', () => {
    const key = (source: string, scheme: string) =>
      identify(source, 'generic', { verdict: { signedAt: 1, scheme } }).replay?.key
    const keys = [key('default', 'a'), key('default', 'b'), key('acme', 'a')]
    assert.equal(new Set(keys).size, 3)
  })
})

describe('the type of an event', () => {
  const type = (source: string, provider: string, told: Told) => identify(source, provider, told).type

  it('of the default source is what the path or X-Event-Type said, never the body', () => {
    assert.equal(type('default', 'generic', { body: { type: 'other' } }), 'from.path')
  })

  it('of a provider is where it puts it', () => {
    assert.equal(type('stripe', 'stripe', { body: { type: 'invoice.paid' } }), 'invoice.paid')
    assert.equal(type('github', 'github', { headers: { 'x-github-event': 'push' } }), 'push')
    assert.equal(
      type('slack', 'slack', { body: { type: 'event_callback', event: { type: 'app_mention' } } }),
      'app_mention',
    )
    assert.equal(type('slack', 'slack', { body: { command: '/deploy' } }), '/deploy')
    assert.equal(type('acme', 'generic', { headers: { 'x-event-type': 'a' }, body: { type: 'b' } }), 'a')
    assert.equal(type('acme', 'generic', { body: { event: 'c' } }), 'c')
  })

  it('that cannot be a name is passed over', () => {
    for (const bad of ['', 'a\nb', 'a\u0000', 'x'.repeat(257), null, {}, true]) {
      assert.equal(type('stripe', 'stripe', { body: { type: bad } }), 'from.path')
    }
  })
})

describe('an id of several values', () => {
  const item = (pspReference: string, eventCode?: string) => ({
    notificationItems: [{ NotificationRequestItem: { pspReference, eventCode } }],
  })
  it('joins them, and is none while one of them is missing', () => {
    assert.equal(identify('adyen', 'adyen', { body: item('1', 'CAPTURE') }).externalId, '1.CAPTURE')
    assert.equal(identify('adyen', 'adyen', { body: item('1') }).externalId, null)
    const headers = { 'ce-source': '/a', 'ce-id': '7' }
    assert.equal(identify('cloudevents', 'cloudevents', { headers }).externalId, '/a.7')
  })

  it('gives types in the same way', () => {
    assert.equal(
      identify('webex', 'webex', { body: { resource: 'messages', event: 'created' } }).type,
      'messages.created',
    )
    assert.equal(identify('webex', 'webex', { body: { resource: 'messages' } }).type, 'from.path')
  })
})

describe('an id from a body that the signature does not cover', () => {
  it('does not stand for the signature: the same one again is a duplicate', () => {
    const told = { body: { 'event-data': { id: 'e1' } }, verdict: { signedAt: 1 } }
    assert.equal(identify('mailgun', 'mailgun', told).replay, null)
    const partly = { ...told, verdict: { signedAt: 1, unsignedBody: true as const } }
    assert.deepEqual(identify('mailgun', 'mailgun', partly).replay, {
      key: 'signature\nmailgun\na-scheme\nabcdef',
      verdict: 'duplicate',
    })
  })

  it('does, where the signature covers this field of it', () => {
    const told = (field: string) => ({
      body: { MessageId: 'm1' },
      verdict: { signedAt: 1, unsignedBody: true as const, signedFields: new Set([field]) },
    })
    assert.equal(identify('aws-sns', 'aws-sns', told('/MessageId')).replay, null)
    assert.notEqual(identify('aws-sns', 'aws-sns', told('/Message')).replay, null)
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { providers } from '../../../src/providers/registry.ts'
import type { Provider } from '../../../src/providers/types.ts'
import { createComposer, type Plan } from '../../../src/sending/compose.ts'
import { sampleOf } from '../../../src/sending/samples/index.ts'
import { valueAt } from '../../../src/signing/draft.ts'
import { canSign, generateSecret } from '../../../src/signing/keys.ts'
import { providerNamed } from '../verification/requests.ts'

function planFor(provider: Provider, changes: Partial<Plan> = {}): Plan {
  const schemeName = sampleOf(provider).scheme
  const scheme = provider.schemes.find((one) => (schemeName === undefined ? canSign(one) : one.name === schemeName))
  assert.ok(scheme)
  return {
    provider,
    source: provider.name,
    isDefault: false,
    url: new URL(`http://localhost:3000/webhook/${provider.name}`),
    publicUrl: 'http://localhost:3000',
    secret: generateSecret(scheme).signWith,
    schemeName,
    fault: null,
    event: undefined,
    id: undefined,
    body: null,
    headers: [],
    tolerance: null,
    now: () => 1_750_000_000_000,
    ...changes,
  }
}

describe('createComposer', () => {
  for (const provider of providers.values()) {
    if (!provider.schemes.some(canSign)) continue
    it(`makes two different events of ${provider.name} in the same moment`, () => {
      const { compose } = createComposer(planFor(provider))
      const [one, two] = [compose(), compose()]
      assert.deepEqual(
        one.keys.filter((key) => two.keys.includes(key)),
        [],
      )
    })
  }

  it('puts type and id where the sender has them', () => {
    for (const [name, event, id, places] of [
      ['github', 'issues', 'd-1', { 'header:x-github-event': 'issues', 'header:x-github-delivery': 'd-1' }],
      ['stripe', 'charge.failed', 'evt_1', { 'body:/type': 'charge.failed', 'body:/id': 'evt_1' }],
      ['webex', 'memberships.deleted', undefined, { 'body:/resource': 'memberships', 'body:/event': 'deleted' }],
      ['telegram', undefined, '4711', { 'body:/update_id': '4711' }],
      ['twilio', 'failed', 't-9', { 'form:MessageStatus': 'failed', 'header:i-twilio-idempotency-token': 't-9' }],
      ['standard-webhooks', 'a.b', 'msg_9', { 'body:/type': 'a.b', 'header:webhook-id': 'msg_9' }],
      ['generic', 'a.b', 'evt_9', { 'body:/type': 'a.b', 'body:/id': 'evt_9' }],
      ['adyen', 'REFUND', undefined, { 'body:/notificationItems/0/NotificationRequestItem/eventCode': 'REFUND' }],
    ] as const) {
      const { draft } = createComposer(planFor(providerNamed(name), { event, id })).compose()
      const found = Object.fromEntries(Object.keys(places).map((place) => [place, valueAt(draft, place as 'body:/x')]))
      assert.deepEqual(found, places, name)
    }
  })

  it('keeps the query of the URL, and signs it where the sender does', () => {
    const url = new URL('http://localhost:3000/hooks?tenant=7')
    const { draft } = createComposer(planFor(providerNamed('mercadopago'), { url })).compose()
    assert.equal(draft.url, '/hooks?tenant=7&data.id=123456&type=payment')
    assert.doesNotThrow(() => createComposer(planFor(providerNamed('square'), { url })).compose())
  })

  it("stays outside a tolerance of the gateway's own that is larger than the sender's", () => {
    const { compose } = createComposer(planFor(providerNamed('slack'), { fault: 'stale', tolerance: 7200 }))
    const sentAt = Number(valueAt(compose().draft, 'header:x-slack-request-timestamp'))
    assert.ok(1_750_000_000 - sentAt > 7200)
  })
})

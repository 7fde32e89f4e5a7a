import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sign as octokitSign, verify as octokitVerify } from '@octokit/webhooks-methods'
import { Webhook } from 'standardwebhooks'
import Stripe from 'stripe'
import { compileVerifier } from '../../../src/verification/compile.ts'
import { createStandardWebhooksSigner, signRequest } from '../../../src/verification/sign.ts'
import { providerNamed, requestOf } from './requests.ts'

const nowSeconds = Math.floor(Date.now() / 1000)
const now = nowSeconds * 1000
const payload = JSON.stringify({ id: 'evt_1', type: 'invoice.paid', note: 'é \u{1f4ef} \u2028' })
const message = { body: Buffer.from(payload), id: 'msg_1', nowSeconds }
const whsec = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

const accepts = (provider: string, secret: string, headers: Record<string, string>) =>
  compileVerifier(
    providerNamed(provider),
    { current: secret, previous: null },
    { toleranceSeconds: null },
  )(requestOf(headers, payload), now).ok

describe('stripe', () => {
  const stripe = new Stripe('sk_test_unused')
  it('signs what we accept', () => {
    const header = stripe.webhooks.generateTestHeaderString({ payload, secret: whsec, timestamp: nowSeconds })
    assert.ok(accepts('stripe', whsec, { 'stripe-signature': header }))
  })
  it('accepts what we sign', () => {
    const header = signRequest(providerNamed('stripe'), undefined, whsec, message)['stripe-signature'] ?? ''
    assert.equal(stripe.webhooks.constructEvent(payload, header, whsec).id, 'evt_1')
  })
})

describe('@octokit/webhooks-methods', () => {
  const secret = 'It’s a secret to everybody'
  it('signs what we accept', async () => {
    assert.ok(accepts('github', secret, { 'x-hub-signature-256': await octokitSign(secret, payload) }))
  })
  it('accepts what we sign', async () => {
    const header = signRequest(providerNamed('github'), undefined, secret, message)['x-hub-signature-256'] ?? ''
    assert.ok(await octokitVerify(secret, payload, header))
  })
})

describe('standardwebhooks', () => {
  const webhook = new Webhook(whsec)
  it('signs what we accept, as that provider, as the default source and with several secrets', () => {
    const old = new Webhook('whsec_bm90IHRoZSBvbmUgdGhhdCB3ZSBoYXZl')
    const date = new Date(now)
    for (const signature of [
      webhook.sign('msg_1', date, payload),
      `${old.sign('msg_1', date, payload)} ${webhook.sign('msg_1', date, payload)}`,
    ]) {
      const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': String(nowSeconds), 'webhook-signature': signature }
      assert.ok(accepts('standard-webhooks', whsec, headers))
      assert.ok(accepts('generic', whsec, headers))
    }
  })
  it('accepts what we sign, as a provider and as the gateway', () => {
    const asProvider = signRequest(providerNamed('standard-webhooks'), undefined, whsec, message)
    assert.deepEqual(webhook.verify(payload, asProvider), JSON.parse(payload))
    const { body, id } = message
    const asGateway = createStandardWebhooksSigner(whsec)(id, nowSeconds, body)
    assert.deepEqual(webhook.verify(payload, asGateway), JSON.parse(payload))
    assert.deepEqual(asGateway, asProvider)
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { createStandardWebhooksSigner } from '../../../src/verification/sign.ts'
import { proveLibrary } from '../../sdk/harness.ts'
import { library as github } from '../../sdk/senders/github.ts'
import { library as standardWebhooks } from '../../sdk/senders/standard-webhooks.ts'
import { library as stripe } from '../../sdk/senders/stripe.ts'

// These three are installed with the project; `npm run test:sdk` proves the others too.
for (const library of [github, standardWebhooks, stripe]) proveLibrary(library)

describe('what the gateway signs itself', () => {
  it('is accepted by standardwebhooks', () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
    const payload = JSON.stringify({ type: 'invoice.paid', note: 'é \u{1f4ef} \u2028' })
    const sign = createStandardWebhooksSigner(secret)
    const headers = sign('evt_1', Math.floor(Date.now() / 1000), Buffer.from(payload))
    assert.deepEqual(new Webhook(secret).verify(payload, headers), JSON.parse(payload))
  })
})

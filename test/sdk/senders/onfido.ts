import { WebhookEventVerifier } from '@onfido/api'
import type { Library } from '../harness.ts'

export const library: Library = {
  provider: 'onfido',
  name: '@onfido/api',
  verify: ({ headers, body, secret }) => {
    new WebhookEventVerifier(secret).readPayload(body, headers['x-sha2-signature'] ?? '')
    return true
  },
}

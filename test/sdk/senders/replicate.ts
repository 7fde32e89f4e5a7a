import { validateWebhook } from 'replicate'
import type { Library } from '../harness.ts'

export const library: Library = {
  provider: 'replicate',
  name: 'replicate',
  verify: ({ headers, body, secret }) =>
    validateWebhook({
      id: headers['webhook-id'] ?? '',
      timestamp: headers['webhook-timestamp'] ?? '',
      signature: headers['webhook-signature'] ?? '',
      body,
      secret,
    }),
}

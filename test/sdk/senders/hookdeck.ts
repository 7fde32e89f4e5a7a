import { verifyWebhookSignature } from '@hookdeck/sdk/webhooks/helpers.js'
import type { Library } from '../harness.ts'

export const library: Library = {
  provider: 'hookdeck',
  name: '@hookdeck/sdk',
  verify: async ({ headers, body, secret }) => {
    // The second header, of another secret, comes beside the first and never alone.
    const both = { 'x-hookdeck-signature': 'none', ...headers }
    const result = await verifyWebhookSignature({ headers: both, rawBody: body, signingSecret: secret })
    return result.isValidSignature
  },
}

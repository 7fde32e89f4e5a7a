import { verifyWebhook } from '@clerk/backend/webhooks'
import type { Library } from '../harness.ts'

export const library: Library = {
  provider: 'clerk',
  name: '@clerk/backend',
  verify: async ({ url, headers, body, secret }) => {
    await verifyWebhook(new Request(url, { method: 'POST', headers, body }), { signingSecret: secret })
    return true
  },
}

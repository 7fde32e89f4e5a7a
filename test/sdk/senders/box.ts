import { WebhooksManager } from 'box-node-sdk/managers/webhooks'
import type { Library } from '../harness.ts'

export const library: Library = {
  provider: 'box',
  name: 'box-node-sdk',
  verify: ({ headers, body, secret }) =>
    WebhooksManager.validateMessage(body, headers, secret, { secondaryKey: secret, maxAge: 600 }),
}

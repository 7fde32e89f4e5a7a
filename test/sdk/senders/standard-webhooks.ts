import { Webhook } from 'standardwebhooks'
import type { Library } from '../harness.ts'

export const library: Library = {
  provider: 'standard-webhooks',
  name: 'standardwebhooks',
  verify: ({ headers, body, secret }) => {
    new Webhook(secret).verify(body, headers)
    return true
  },
  sign: ({ body, secret, id, nowSeconds }) => [
    {
      headers: {
        'webhook-id': id,
        'webhook-timestamp': String(nowSeconds),
        'webhook-signature': new Webhook(secret).sign(id, new Date(nowSeconds * 1000), body),
      },
    },
  ],
}

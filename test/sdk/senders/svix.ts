import { Webhook } from 'svix'
import type { Library } from '../harness.ts'

export const library: Library = {
  provider: 'svix',
  name: 'svix',
  verify: ({ headers, body, secret }) => {
    new Webhook(secret).verify(body, headers)
    return true
  },
  sign: ({ body, secret, id, nowSeconds }) =>
    ['svix', 'webhook'].map((family) => ({
      headers: {
        [`${family}-id`]: id,
        [`${family}-timestamp`]: String(nowSeconds),
        [`${family}-signature`]: new Webhook(secret).sign(id, new Date(nowSeconds * 1000), body),
      },
    })),
}

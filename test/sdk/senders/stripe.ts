import Stripe from 'stripe'
import type { Library } from '../harness.ts'

const { webhooks } = new Stripe('sk_test_unused')

export const library: Library = {
  provider: 'stripe',
  name: 'stripe',
  verify: ({ headers, body, secret }) => {
    webhooks.constructEvent(body, headers['stripe-signature'] ?? '', secret)
    return true
  },
  sign: ({ body, secret, nowSeconds }) => [
    {
      headers: {
        'stripe-signature': webhooks.generateTestHeaderString({ payload: body, secret, timestamp: nowSeconds }),
      },
    },
  ],
}

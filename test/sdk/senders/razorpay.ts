import Razorpay from 'razorpay'
import type { Library } from '../harness.ts'

export const library: Library = {
  provider: 'razorpay',
  name: 'razorpay',
  verify: ({ headers, body, secret }) =>
    Razorpay.validateWebhookSignature(body, headers['x-razorpay-signature'] ?? '', secret),
}

import { Paddle } from '@paddle/paddle-node-sdk'
import type { Library } from '../harness.ts'

const { webhooks } = new Paddle('unused')

export const library: Library = {
  provider: 'paddle',
  name: '@paddle/paddle-node-sdk',
  verify: ({ headers, body, secret }) => webhooks.isSignatureValid(body, secret, headers['paddle-signature'] ?? ''),
}

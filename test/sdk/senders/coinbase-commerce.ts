import coinbase from 'coinbase-commerce-node'
import type { Library } from '../harness.ts'

const { Webhook } = coinbase

export const library: Library = {
  provider: 'coinbase-commerce',
  name: 'coinbase-commerce-node',
  verify: ({ headers, body, secret }) => {
    Webhook.verifyEventBody(body, headers['x-cc-webhook-signature'] ?? '', secret)
    return true
  },
  sign: ({ body, secret }) => [{ headers: { 'x-cc-webhook-signature': Webhook.computeSignature(body, secret) } }],
}

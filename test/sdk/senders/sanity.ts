import { encodeSignatureHeader, isValidSignature } from '@sanity/webhook'
import type { Library } from '../harness.ts'

export const library: Library = {
  provider: 'sanity',
  name: '@sanity/webhook',
  verify: ({ headers, body, secret }) => isValidSignature(body, headers['sanity-webhook-signature'] ?? '', secret),
  sign: async ({ body, secret, nowSeconds }) => [
    { headers: { 'sanity-webhook-signature': await encodeSignatureHeader(body, nowSeconds * 1000, secret) } },
  ],
}

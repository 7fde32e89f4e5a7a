import { signWebhookPayload, verifyWebhookSignature } from '@notionhq/client'
import type { Library } from '../harness.ts'

export const library: Library = {
  provider: 'notion',
  name: '@notionhq/client',
  verify: ({ headers, body, secret }) =>
    verifyWebhookSignature({ body, signature: headers['x-notion-signature'], verificationToken: secret }),
  sign: async ({ body, secret }) => [
    { headers: { 'x-notion-signature': await signWebhookPayload({ body, verificationToken: secret }) } },
  ],
}

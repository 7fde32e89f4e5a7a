import { WebhooksHelper } from 'square'
import type { Library } from '../harness.ts'

export const library: Library = {
  provider: 'square',
  name: 'square',
  verify: ({ url, headers, body, secret }) =>
    WebhooksHelper.verifySignature({
      requestBody: body,
      signatureHeader: headers['x-square-hmacsha256-signature'] ?? '',
      signatureKey: secret,
      notificationUrl: url,
    }),
}

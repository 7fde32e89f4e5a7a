import WebhookNotification from 'nylas/lib/models/webhook-notification.js'
import type { Library } from '../harness.ts'

export const library: Library = {
  provider: 'nylas',
  name: 'nylas',
  verify: ({ headers, body, secret }) =>
    WebhookNotification.default.verifyWebhookSignature(headers['x-nylas-signature'] ?? '', Buffer.from(body), secret),
}

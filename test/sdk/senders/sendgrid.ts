import { EventWebhook } from '@sendgrid/eventwebhook'
import type { Library } from '../harness.ts'

const webhook = new EventWebhook()

export const library: Library = {
  provider: 'sendgrid',
  name: '@sendgrid/eventwebhook',
  verify: ({ headers, body, secret }) =>
    webhook.verifySignature(
      webhook.convertPublicKeyToECDSA(secret),
      body,
      headers['x-twilio-email-event-webhook-signature'] ?? '',
      headers['x-twilio-email-event-webhook-timestamp'] ?? '',
    ),
}

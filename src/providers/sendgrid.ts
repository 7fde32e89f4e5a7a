import type { Provider } from './types.ts'

/** A body is a list of events and has no id of its own. */
export const sendgrid: Provider = {
  name: 'sendgrid',
  title: 'SendGrid',
  docs: 'https://github.com/sendgrid/sendgrid-nodejs/tree/main/packages/eventwebhook',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'x-twilio-email-event-webhook-signature',
      kind: 'ecdsa',
      hash: 'sha256',
      at: 'header:x-twilio-email-event-webhook-signature',
      encoding: 'base64',
      signed: '{timestamp}{body}',
      timestamp: { from: 'header:x-twilio-email-event-webhook-timestamp', unit: 's', tolerance: 300 },
      key: { form: 'public-key' },
    },
  ],
  id: [],
  type: ['body:/0/event'],
  retries: 'for 24 h',
  setup: 'Settings → Mail Settings → Event Webhook → the webhook → Verification key.',
}

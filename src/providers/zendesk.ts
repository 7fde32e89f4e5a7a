import type { Provider } from './types.ts'

export const zendesk: Provider = {
  name: 'zendesk',
  title: 'Zendesk',
  docs: 'https://developer.zendesk.com/documentation/webhooks/verifying/',
  confidence: 'computed',
  schemes: [
    {
      name: 'x-zendesk-webhook-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-zendesk-webhook-signature',
      encoding: 'base64',
      signed: '{timestamp}{body}',
      timestamp: { from: 'header:x-zendesk-webhook-signature-timestamp', unit: 'iso8601', tolerance: 300 },
      key: { form: 'utf8' },
    },
  ],
  id: ['header:x-zendesk-webhook-invocation-id'],
  type: ['body:/type'],
  deadlineSeconds: 12,
  setup:
    'Admin Center → Apps and integrations → Webhooks → the webhook → Reveal secret, used as text although it looks like base64.',
}

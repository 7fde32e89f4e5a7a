import type { Provider } from './types.ts'

export const customerio: Provider = {
  name: 'customerio',
  title: 'Customer.io',
  docs: 'https://github.com/customerio/customerio-node/blob/main/lib/webhooks.ts',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'x-cio-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-cio-signature',
      encoding: 'hex',
      signed: 'v0:{timestamp}:{body}',
      timestamp: { from: 'header:x-cio-timestamp', unit: 's', tolerance: 300 },
      key: { form: 'utf8' },
    },
  ],
  id: ['body:/event_id'],
  type: [['body:/object_type', 'body:/metric']],
  deadlineSeconds: 4,
  retries: 'for 7 days',
  setup: 'Data & Integrations → Reporting Webhooks → the webhook → Webhook Signing Key.',
}

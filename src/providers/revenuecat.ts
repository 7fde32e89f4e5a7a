import type { Provider } from './types.ts'

export const revenuecat: Provider = {
  name: 'revenuecat',
  title: 'RevenueCat',
  docs: 'https://www.revenuecat.com/docs/integrations/webhooks',
  confidence: 'computed',
  schemes: [
    {
      name: 'x-revenuecat-webhook-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-revenuecat-webhook-signature',
      encoding: 'hex',
      list: { separator: ',', assign: '=', label: 'v1' },
      signed: '{timestamp}.{body}',
      timestamp: { from: 'list:t', unit: 's', tolerance: 300 },
      key: { form: 'utf8' },
    },
    { name: 'authorization', kind: 'token', at: 'header:authorization', key: { form: 'utf8' } },
  ],
  id: ['body:/event/id'],
  type: ['body:/event/type'],
  deadlineSeconds: 60,
  retries: 'after 5, 10, 20, 40 and 80 min',
  setup: 'Integrations → Webhooks → the webhook: its signing secret, or the whole Authorization header value.',
}

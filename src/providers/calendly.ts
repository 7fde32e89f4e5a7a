import type { Provider } from './types.ts'

export const calendly: Provider = {
  name: 'calendly',
  title: 'Calendly',
  docs: 'https://developer.calendly.com/api-docs/overview/webhooks/webhook-signatures',
  confidence: 'computed',
  secondHand: true,
  schemes: [
    {
      name: 'calendly-webhook-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:calendly-webhook-signature',
      encoding: 'hex',
      list: { separator: ',', assign: '=', label: 'v1' },
      signed: '{timestamp}.{body}',
      timestamp: { from: 'list:t', unit: 's', tolerance: 300 },
      key: { form: 'utf8' },
    },
  ],
  id: [],
  type: ['body:/event'],
  deadlineSeconds: 15,
  retries: 'for 24 h',
  setup:
    'With a personal access token: the signing_key that you gave the subscription. Of an OAuth app: the key shown when it was created.',
}

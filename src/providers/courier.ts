import type { Provider } from './types.ts'

export const courier: Provider = {
  name: 'courier',
  title: 'Courier',
  docs: 'https://www.courier.com/docs',
  confidence: 'computed',
  secondHand: true,
  schemes: [
    {
      name: 'courier-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:courier-signature',
      encoding: 'hex',
      list: { separator: ',', assign: '=', label: 'signature' },
      signed: '{timestamp}.{body}',
      timestamp: { from: 'list:t', unit: 'ms', tolerance: 300 },
      key: { form: 'utf8' },
    },
  ],
  id: [],
  type: ['body:/type'],
  setup: 'Settings → Outbound Webhooks → the webhook → its secret.',
}

import type { Provider } from './types.ts'

export const mux: Provider = {
  name: 'mux',
  title: 'Mux',
  docs: 'https://www.mux.com/docs/core/verify-webhook-signatures',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'mux-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:mux-signature',
      encoding: 'hex',
      list: { separator: ',', assign: '=', label: 'v1' },
      signed: '{timestamp}.{body}',
      timestamp: { from: 'list:t', unit: 's', tolerance: 300 },
      key: { form: 'utf8' },
    },
  ],
  id: ['body:/id'],
  type: ['body:/type'],
  deadlineSeconds: 5,
  setup: 'Settings → Webhooks → the webhook → Signing secret.',
}

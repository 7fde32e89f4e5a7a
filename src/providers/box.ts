import type { Provider } from './types.ts'

export const box: Provider = {
  name: 'box',
  title: 'Box',
  docs: 'https://developer.box.com/guides/webhooks/v2/signatures-v2/',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'box-signature-primary',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:box-signature-primary',
      encoding: 'base64',
      signed: '{body}{timestamp}',
      timestamp: { from: 'header:box-delivery-timestamp', unit: 'iso8601', tolerance: 600 },
      key: { form: 'utf8' },
    },
    {
      name: 'box-signature-secondary',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:box-signature-secondary',
      encoding: 'base64',
      signed: '{body}{timestamp}',
      timestamp: { from: 'header:box-delivery-timestamp', unit: 'iso8601', tolerance: 600 },
      key: { form: 'utf8' },
    },
  ],
  id: ['body:/id'],
  type: ['body:/trigger'],
  deadlineSeconds: 30,
  setup:
    'Developer Console → the app → Webhooks → Manage signature keys: the primary key (and the secondary one as the previous secret).',
}

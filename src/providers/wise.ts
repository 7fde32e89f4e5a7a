import type { Provider } from './types.ts'

export const wise: Provider = {
  name: 'wise',
  title: 'Wise',
  docs: 'https://github.com/transferwise/digital-signatures-examples/tree/main/verify-webhook-signature',
  confidence: 'official docs',
  schemes: [
    {
      name: 'x-signature-sha256',
      kind: 'rsa',
      hash: 'sha256',
      at: 'header:x-signature-sha256',
      encoding: 'base64',
      signed: '{body}',
      key: { form: 'public-key' },
    },
  ],
  id: ['header:x-delivery-id'],
  type: ['body:/event_type'],
  deadlineSeconds: 5,
  retries: 'for about 2 weeks',
  setup: "Wise's public key for webhooks (PEM), in its documentation; sandbox and production have different ones.",
}

import type { Provider } from './types.ts'

export const sanity: Provider = {
  name: 'sanity',
  title: 'Sanity',
  docs: 'https://github.com/sanity-io/webhook-toolkit',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'sanity-webhook-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:sanity-webhook-signature',
      encoding: 'base64url',
      list: { separator: ',', assign: '=', label: 'v1' },
      signed: '{timestamp}.{body}',
      timestamp: { from: 'list:t', unit: 'ms', tolerance: 300 },
      key: { form: 'utf8' },
    },
  ],
  id: ['header:idempotency-key'],
  type: ['header:sanity-operation'],
  // https://www.sanity.io/docs/changelog/50ec6abf-fe0c-475b-ae72-314148860132
  retries: 'twice, 30 s apart',
  setup: 'API → Webhooks → the webhook → Secret.',
}

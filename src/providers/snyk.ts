import type { Provider } from './types.ts'

export const snyk: Provider = {
  name: 'snyk',
  title: 'Snyk',
  docs: 'https://docs.snyk.io/snyk-api/how-to-use-snyk-webhooks-apis/validation-and-versioning-of-payloads',
  confidence: 'computed',
  schemes: [
    {
      name: 'x-hub-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-hub-signature',
      encoding: 'hex',
      prefix: 'sha256=',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: ['header:x-snyk-transport-id'],
  type: ['header:x-snyk-event'],
  setup: 'The secret that the webhook was created with.',
}

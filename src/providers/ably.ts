import type { Provider } from './types.ts'

/** Only batched requests are signed; the type is that of the first item. A batch has no id of its own. */
export const ably: Provider = {
  name: 'ably',
  title: 'Ably',
  docs: 'https://ably.com/docs/platform/integrations/webhooks',
  confidence: 'computed',
  schemes: [
    {
      name: 'x-ably-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-ably-signature',
      encoding: 'base64',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: [],
  type: ['body:/items/0/name', 'body:/items/0/source'],
  retries: 'up to 60 s apart, for 5 min',
  setup: 'The part after the colon of the API key that the integration rule signs with (X-Ably-Key names it).',
}

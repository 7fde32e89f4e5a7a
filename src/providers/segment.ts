import type { Provider } from './types.ts'

export const segment: Provider = {
  name: 'segment',
  title: 'Segment',
  docs: 'https://segment.com/docs/connections/destinations/catalog/webhooks/',
  confidence: 'computed',
  schemes: [
    {
      name: 'x-signature',
      kind: 'hmac',
      hash: 'sha1',
      at: 'header:x-signature',
      encoding: 'hex',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: ['body:/messageId'],
  type: ['body:/type'],
  retries: 'for up to 4 h',
  setup: "The destination's shared secret.",
}

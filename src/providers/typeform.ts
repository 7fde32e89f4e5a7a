import type { Provider } from './types.ts'

/** Base64 after sha256=, not hex. */
export const typeform: Provider = {
  name: 'typeform',
  title: 'Typeform',
  docs: 'https://www.typeform.com/developers/webhooks/secure-your-webhooks/',
  confidence: 'computed',
  secondHand: true,
  schemes: [
    {
      name: 'typeform-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:typeform-signature',
      encoding: 'base64',
      prefix: 'sha256=',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: ['body:/event_id'],
  type: ['body:/event_type'],
  deadlineSeconds: 30,
  setup: 'Connect → Webhooks → the webhook → Secret.',
}

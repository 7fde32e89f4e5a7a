import type { Provider } from './types.ts'

/** The URL is signed exactly as it was given to Square: set PUBLIC_URL. */
export const square: Provider = {
  name: 'square',
  title: 'Square',
  docs: 'https://developer.squareup.com/docs/webhooks/step3validate',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'x-square-hmacsha256-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-square-hmacsha256-signature',
      encoding: 'base64',
      signed: '{url}{body}',
      key: { form: 'utf8' },
    },
  ],
  id: ['body:/event_id'],
  type: ['body:/type'],
  payload: 'json',
  deadlineSeconds: 10,
  retries: 'for up to 24 h',
  setup: 'Developer Console → the application → Webhooks → the subscription → Signature key.',
}

import type { Provider } from './types.ts'

export const veriff: Provider = {
  name: 'veriff',
  title: 'Veriff',
  docs: 'https://devdocs.veriff.com/docs/hmac-authentication-and-endpoint-security',
  confidence: 'computed',
  secondHand: true,
  schemes: [
    {
      name: 'x-hmac-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-hmac-signature',
      encoding: 'hex',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: [],
  type: ['body:/action', 'body:/status'],
  setup: 'The shared secret key of the integration that X-AUTH-CLIENT names.',
}

import type { Provider } from './types.ts'

export const fitbit: Provider = {
  name: 'fitbit',
  title: 'Fitbit',
  docs: 'https://dev.fitbit.com/build/reference/web-api/subscription/',
  confidence: 'computed',
  secondHand: true,
  schemes: [
    {
      name: 'x-fitbit-signature',
      kind: 'hmac',
      hash: 'sha1',
      at: 'header:x-fitbit-signature',
      encoding: 'base64',
      signed: '{body}',
      key: { form: 'utf8', suffix: '&' },
    },
  ],
  id: [],
  type: ['body:/0/collectionType'],
  deadlineSeconds: 5,
  answer: { status: 204, body: '' },
  handshakes: [
    { method: 'GET', when: [{ at: 'query:verify' }], token: 'query:verify', refusal: 404, answer: { status: 204 } },
  ],
  setup: "The app's OAuth 2.0 client secret (the & that its key ends with is added).",
}

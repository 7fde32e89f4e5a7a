import type { Provider } from './types.ts'

/**
 * X signs its challenges with the secret that signs events, so whoever asks is given the signature of a challenge: what
 * looks like one is no event.
 */
export const x: Provider = {
  name: 'x',
  title: 'X',
  docs: 'https://docs.x.com/x-api/webhooks/quickstart',
  confidence: 'computed',
  schemes: [
    {
      name: 'x-twitter-webhooks-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-twitter-webhooks-signature',
      encoding: 'base64',
      prefix: 'sha256=',
      signed: '{body}',
      givenAway: '[\\w+/=-]{1,256}',
      key: { form: 'utf8' },
    },
  ],
  id: [],
  type: [],
  payload: 'json',
  handshakes: [
    {
      method: 'GET',
      when: [{ at: 'query:crc_token', fits: '[\\w+/=-]{1,256}' }],
      answer: {
        json: {
          response_token: {
            kind: 'hmac',
            hash: 'sha256',
            encoding: 'base64',
            of: '{query:crc_token}',
            prefix: 'sha256=',
          },
        },
      },
    },
  ],
  setup: "Developer Console → the app → Keys and tokens → API key secret (the app's consumer secret).",
}

import type { Provider } from './types.ts'

/** The unit of the signed time is not documented, so it is signed but not limited. */
export const daily: Provider = {
  name: 'daily',
  title: 'Daily',
  docs: 'https://docs.daily.co/reference/rest-api/webhooks',
  confidence: 'computed',
  secondHand: true,
  schemes: [
    {
      name: 'x-webhook-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-webhook-signature',
      encoding: 'base64',
      signed: '{header:x-webhook-timestamp}.{body}',
      key: { form: 'base64' },
    },
  ],
  id: ['body:/id'],
  type: ['body:/type'],
  payload: 'json',
  handshakes: [{ method: 'POST', proof: 'any', body: '\\{\\s*"test"\\s*:\\s*"test"\\s*\\}\\s*', answer: {} }],
  setup: "hmac of the API's answer when the webhook was created (base64).",
}

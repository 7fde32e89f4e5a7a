import type { Provider } from './types.ts'

/** The callback URL is signed: set PUBLIC_URL. */
export const trello: Provider = {
  name: 'trello',
  title: 'Trello',
  docs: 'https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks/',
  confidence: 'computed',
  secondHand: true,
  schemes: [
    {
      name: 'x-trello-webhook',
      kind: 'hmac',
      hash: 'sha1',
      at: 'header:x-trello-webhook',
      encoding: 'base64',
      signed: '{body}{url}',
      key: { form: 'utf8' },
    },
  ],
  id: ['body:/action/id'],
  type: ['body:/action/type'],
  payload: 'json',
  retries: 'after 30, 60 and 120 s',
  handshakes: [{ method: 'HEAD', answer: {} }],
  setup: "The OAuth 1.0 secret of the Power-Up's API key.",
}

import type { Provider } from './types.ts'

/** The signature is in the address; a body is a list. */
export const pandadoc: Provider = {
  name: 'pandadoc',
  title: 'PandaDoc',
  docs: 'https://developers.pandadoc.com/docs/webhook-verification',
  confidence: 'computed',
  schemes: [
    {
      name: 'signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'query:signature',
      encoding: 'hex',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: [],
  type: ['body:/0/event'],
  setup: 'Developer Dashboard → Configuration → the webhook subscription → Shared key.',
}

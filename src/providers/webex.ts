import type { Provider } from './types.ts'

export const webex: Provider = {
  name: 'webex',
  title: 'Webex',
  docs: 'https://developer.webex.com/messaging/docs/api/guides/webhooks',
  confidence: 'computed',
  secondHand: true,
  schemes: [
    {
      name: 'x-spark-signature',
      kind: 'hmac',
      hash: 'sha1',
      at: 'header:x-spark-signature',
      encoding: 'hex',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: [],
  type: [['body:/resource', 'body:/event']],
  setup: 'The secret given when the webhook was created.',
}

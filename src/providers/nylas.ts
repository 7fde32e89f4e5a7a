import type { Provider } from './types.ts'

/** With compressed delivery the gzipped bytes are signed, as they arrive. */
export const nylas: Provider = {
  name: 'nylas',
  title: 'Nylas',
  docs: 'https://developer.nylas.com/docs/v3/notifications/webhooks/',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'x-nylas-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-nylas-signature',
      encoding: 'hex',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: ['body:/id'],
  type: ['body:/type'],
  deadlineSeconds: 10,
  handshakes: [{ method: 'GET', when: [{ at: 'query:challenge' }], answer: { text: '{query:challenge}' } }],
  setup: "webhook_secret of the API's answer when the webhook was created.",
}

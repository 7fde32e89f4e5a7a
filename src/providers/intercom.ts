import type { Provider } from './types.ts'

/** SHA-1, although others send SHA-256 in this header. */
export const intercom: Provider = {
  name: 'intercom',
  title: 'Intercom',
  docs: 'https://developers.intercom.com/docs/webhooks/setting-up-webhooks',
  confidence: 'computed',
  secondHand: true,
  schemes: [
    {
      name: 'x-hub-signature',
      kind: 'hmac',
      hash: 'sha1',
      at: 'header:x-hub-signature',
      encoding: 'hex',
      prefix: 'sha1=',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: ['body:/id'],
  type: ['body:/topic'],
  deadlineSeconds: 5,
  retries: 'once, after 1 min',
  handshakes: [{ method: 'HEAD', answer: {} }],
  setup: 'Developer Hub → the app → Basic information → Client secret.',
}

import type { Provider } from './types.ts'

/** WhatsApp, Instagram, Messenger and Facebook. The SHA-1 header (X-Hub-Signature) is ignored; a body may hold several entries. */
export const meta: Provider = {
  name: 'meta',
  title: 'Meta',
  docs: 'https://developers.facebook.com/docs/graph-api/webhooks/getting-started',
  confidence: 'computed',
  schemes: [
    {
      name: 'x-hub-signature-256',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-hub-signature-256',
      encoding: 'hex',
      prefix: 'sha256=',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: [],
  type: ['body:/object'],
  handshakes: [
    {
      method: 'GET',
      when: [{ at: 'query:hub.mode', is: 'subscribe' }],
      token: 'query:hub.verify_token',
      answer: { text: '{query:hub.challenge}' },
    },
  ],
  setup: 'App Dashboard → App settings → Basic → App secret.',
}

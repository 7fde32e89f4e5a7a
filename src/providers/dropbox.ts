import type { Provider } from './types.ts'

/** Only says whose files changed. */
export const dropbox: Provider = {
  name: 'dropbox',
  title: 'Dropbox',
  docs: 'https://www.dropbox.com/developers/reference/webhooks',
  confidence: 'computed',
  schemes: [
    {
      name: 'x-dropbox-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-dropbox-signature',
      encoding: 'hex',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: [],
  type: [],
  deadlineSeconds: 10,
  handshakes: [{ method: 'GET', when: [{ at: 'query:challenge' }], answer: { text: '{query:challenge}' } }],
  setup: 'App Console → the app → App secret.',
}

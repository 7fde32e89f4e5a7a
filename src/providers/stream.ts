import type { Provider } from './types.ts'

/** With compression the signature is over the unpacked JSON. */
export const stream: Provider = {
  name: 'stream',
  title: 'Stream',
  docs: 'https://github.com/GetStream/stream-chat-js',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'x-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-signature',
      encoding: 'hex',
      signed: '{body-unzipped}',
      key: { form: 'utf8' },
    },
  ],
  id: ['header:x-webhook-id'],
  type: ['body:/type'],
  deadlineSeconds: 6,
  setup: 'Dashboard → the app → API secret.',
}

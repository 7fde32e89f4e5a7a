import type { Provider } from './types.ts'

/** The URL is signed: set PUBLIC_URL. */
export const plivo: Provider = {
  name: 'plivo',
  title: 'Plivo',
  docs: 'https://github.com/plivo/plivo-node/blob/master/lib/utils/v3Security.js',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'x-plivo-signature-v3',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-plivo-signature-v3',
      encoding: 'base64',
      list: { separator: ',' },
      signed: '{url-and-form-sorted}.{header:x-plivo-signature-v3-nonce}',
      key: { form: 'utf8' },
    },
    {
      name: 'x-plivo-signature-ma-v3',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-plivo-signature-ma-v3',
      encoding: 'base64',
      list: { separator: ',' },
      signed: '{url-and-form-sorted}.{header:x-plivo-signature-v3-nonce}',
      key: { form: 'utf8' },
    },
  ],
  id: [],
  type: ['body:/Event', 'body:/CallStatus', 'body:/Status'],
  setup: "The account's Auth Token.",
}

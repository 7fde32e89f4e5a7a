import type { Provider } from './types.ts'

/** Rule webhooks sign the body alone, with SHA-1. */
export const front: Provider = {
  name: 'front',
  title: 'Front',
  docs: 'https://dev.frontapp.com/docs/application-webhooks',
  confidence: 'computed',
  schemes: [
    {
      name: 'application',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-front-signature',
      encoding: 'base64',
      when: { at: 'header:x-front-request-timestamp' },
      signed: '{timestamp}:{body}',
      timestamp: { from: 'header:x-front-request-timestamp', unit: 'ms', tolerance: 300 },
      key: { form: 'utf8' },
    },
    {
      name: 'rule',
      kind: 'hmac',
      hash: 'sha1',
      at: 'header:x-front-signature',
      encoding: 'base64',
      weak: true,
      signed: '{body}',
      foreign: ['{timestamp}:'],
      key: { form: 'utf8' },
    },
  ],
  id: ['body:/payload/id', 'body:/id'],
  type: ['body:/type'],
  deadlineSeconds: 5,
  retries: 'up to 3 times',
  handshakes: [
    {
      method: 'POST',
      when: [{ at: 'header:x-front-challenge' }, { at: 'body:/type', is: 'sync' }],
      answer: { json: { challenge: '{header:x-front-challenge}' } },
    },
  ],
  setup: 'An application webhook: Developers → the app → its signing key. A rule webhook: the API secret.',
}

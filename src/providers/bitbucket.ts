import type { Provider } from './types.ts'

/** Here X-Hub-Signature is SHA-256; other senders put SHA-1 into the same header. */
export const bitbucket: Provider = {
  name: 'bitbucket',
  title: 'Bitbucket',
  docs: 'https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/',
  confidence: 'official docs',
  secondHand: true,
  schemes: [
    {
      name: 'x-hub-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-hub-signature',
      encoding: 'hex',
      prefix: 'sha256=',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: ['header:x-request-uuid', 'header:x-request-id'],
  type: ['header:x-event-key'],
  setup: 'Repository settings → Webhooks → the webhook → Secret.',
}

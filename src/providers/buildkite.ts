import type { Provider } from './types.ts'

/** Either the signature or the token is sent, as the webhook is set. */
export const buildkite: Provider = {
  name: 'buildkite',
  title: 'Buildkite',
  docs: 'https://buildkite.com/docs/apis/webhooks',
  confidence: 'computed',
  schemes: [
    {
      name: 'x-buildkite-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-buildkite-signature',
      encoding: 'hex',
      list: { separator: ',', assign: '=', label: 'signature' },
      signed: '{timestamp}.{body}',
      timestamp: { from: 'list:timestamp', unit: 's', tolerance: 300 },
      key: { form: 'utf8' },
    },
    { name: 'x-buildkite-token', kind: 'token', at: 'header:x-buildkite-token', key: { form: 'utf8' } },
  ],
  id: [],
  type: ['header:x-buildkite-event', 'body:/event'],
  setup: 'Notification Services → the webhook → Token.',
}

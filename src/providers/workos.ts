import type { Provider } from './types.ts'

export const workos: Provider = {
  name: 'workos',
  title: 'WorkOS',
  docs: 'https://workos.com/docs/events/data-syncing/webhooks',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'workos-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:workos-signature',
      encoding: 'hex',
      list: { separator: ',', assign: '=', label: 'v1' },
      signed: '{timestamp}.{body}',
      timestamp: { from: 'list:t', unit: 'ms', tolerance: 180 },
      key: { form: 'utf8' },
    },
  ],
  id: ['body:/id'],
  type: ['body:/event'],
  retries: 'up to 6 times in 3 days',
  setup: 'Dashboard → Webhooks → the endpoint → Signing secret.',
}

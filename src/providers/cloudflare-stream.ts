import type { Provider } from './types.ts'

export const cloudflareStream: Provider = {
  name: 'cloudflare-stream',
  title: 'Cloudflare Stream',
  docs: 'https://developers.cloudflare.com/stream/manage-video-library/using-webhooks/',
  confidence: 'computed',
  schemes: [
    {
      name: 'webhook-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:webhook-signature',
      encoding: 'hex',
      list: { separator: ',', assign: '=', label: 'sig1' },
      signed: '{timestamp}.{body}',
      timestamp: { from: 'list:time', unit: 's', tolerance: 300 },
      key: { form: 'utf8' },
    },
  ],
  id: [],
  type: ['body:/status/state'],
  setup: "The secret of the API's answer when the webhook was set.",
}

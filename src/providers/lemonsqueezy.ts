import type { Provider } from './types.ts'

export const lemonsqueezy: Provider = {
  name: 'lemonsqueezy',
  title: 'Lemon Squeezy',
  docs: 'https://github.com/lmsqueezy/nextjs-billing/blob/main/src/app/api/webhook/route.ts',
  confidence: 'computed',
  schemes: [
    {
      name: 'x-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-signature',
      encoding: 'hex',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: [],
  type: ['header:x-event-name', 'body:/meta/event_name'],
  retries: '3 times: after 5, 25 and 125 s',
  setup: 'Settings → Webhooks → the webhook → Signing secret.',
}

import type { HmacScheme, Provider } from './types.ts'

const hmac = { kind: 'hmac', hash: 'sha256', encoding: 'base64', signed: '{body}', key: { form: 'utf8' } } as const

/** Two header families: `x-shopify-*` of webhooks, and `shopify-*` of the newer Events. */
const schemes: readonly HmacScheme[] = [
  { ...hmac, name: 'x-shopify-hmac-sha256', at: 'header:x-shopify-hmac-sha256' },
  { ...hmac, name: 'shopify-hmac-sha256', at: 'header:shopify-hmac-sha256' },
]

export const shopify: Provider = {
  name: 'shopify',
  title: 'Shopify',
  docs: 'https://shopify.dev/docs/apps/build/webhooks/verify-deliveries',
  confidence: 'official SDK',
  schemes,
  id: ['header:x-shopify-webhook-id', 'header:shopify-webhook-id', 'header:shopify-event-id'],
  type: ['header:x-shopify-topic', 'header:shopify-topic'],
  deadlineSeconds: 5,
  retries: '8 times in 4 h',
  setup:
    "An app's webhooks: the app's client secret. Webhooks made in the shop's admin: the secret shown under Settings → Notifications → Webhooks.",
}

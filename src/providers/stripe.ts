import type { Provider } from './types.ts'

/** `v0` signatures (test mode, older) are ignored, as Stripe asks. The secret is never decoded: `whsec_` is part of it. */
export const stripe: Provider = {
  name: 'stripe',
  title: 'Stripe',
  docs: 'https://docs.stripe.com/webhooks/signature',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'stripe-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:stripe-signature',
      encoding: 'hex',
      list: { separator: ',', assign: '=', label: 'v1' },
      signed: '{timestamp}.{body}',
      timestamp: { from: 'list:t', unit: 's', tolerance: 300 },
      key: { form: 'utf8' },
    },
  ],
  id: ['body:/id'],
  type: ['body:/type'],
  retries: 'for up to 3 days; in a sandbox 3 times in a few hours',
  payload: 'json',
  setup: 'Workbench → Webhooks → the event destination → Signing secret (whsec_…).',
}

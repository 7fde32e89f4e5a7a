import type { Provider } from './types.ts'

export const fal: Provider = {
  name: 'fal',
  title: 'fal',
  docs: 'https://docs.fal.ai/model-endpoints/webhooks',
  confidence: 'computed',
  secondHand: true,
  schemes: [
    {
      name: 'x-fal-webhook-signature',
      kind: 'ed25519',
      at: 'header:x-fal-webhook-signature',
      encoding: 'hex',
      signed: '{header:x-fal-webhook-request-id}\n{header:x-fal-webhook-user-id}\n{timestamp}\n{body-sha256-hex}',
      timestamp: { from: 'header:x-fal-webhook-timestamp', unit: 's', tolerance: 300 },
      key: { form: 'public-key' },
    },
  ],
  id: ['header:x-fal-webhook-request-id'],
  type: ['body:/status'],
  deadlineSeconds: 15,
  retries: '10 times in 2 h',
  setup: 'The key set at https://rest.alpha.fal.ai/.well-known/jwks.json, as JSON.',
}

import type { Provider } from './types.ts'

export const launchdarkly: Provider = {
  name: 'launchdarkly',
  title: 'LaunchDarkly',
  docs: 'https://launchdarkly.com/docs/home/infrastructure/webhooks',
  confidence: 'computed',
  secondHand: true,
  schemes: [
    {
      name: 'x-ld-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-ld-signature',
      encoding: 'hex',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: ['body:/_id'],
  type: ['body:/kind'],
  setup: 'Integrations → Webhooks → the webhook → Secret (with “Sign this webhook”).',
}

import type { Provider } from './types.ts'

export const ramp: Provider = {
  name: 'ramp',
  title: 'Ramp',
  docs: 'https://docs.ramp.com/developer-api/v1/webhooks',
  confidence: 'computed',
  secondHand: true,
  schemes: [
    {
      name: 'x-ramp-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-ramp-signature',
      encoding: 'hex',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: ['body:/id'],
  type: ['body:/type'],
  setup: "The webhook's secret, as Ramp's API shows it.",
}

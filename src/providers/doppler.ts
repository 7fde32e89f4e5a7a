import type { Provider } from './types.ts'

export const doppler: Provider = {
  name: 'doppler',
  title: 'Doppler',
  docs: 'https://docs.doppler.com/docs/webhooks',
  confidence: 'computed',
  secondHand: true,
  schemes: [
    {
      name: 'x-doppler-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-doppler-signature',
      encoding: 'hex',
      prefix: 'sha256=',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: [],
  type: ['body:/type'],
  setup: 'Project → Webhooks → the webhook → its signing secret.',
}

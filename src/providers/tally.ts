import type { Provider } from './types.ts'

export const tally: Provider = {
  name: 'tally',
  title: 'Tally',
  docs: 'https://tally.so/help/webhooks',
  confidence: 'computed',
  secondHand: true,
  schemes: [
    {
      name: 'tally-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:tally-signature',
      encoding: 'base64',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: ['body:/eventId'],
  type: ['body:/eventType'],
  deadlineSeconds: 10,
  retries: 'after 5 min, 30 min, 1 h, 6 h and 1 d',
  setup: 'Form → Integrations → Webhooks → the webhook → Signing secret.',
}

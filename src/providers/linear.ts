import type { Provider } from './types.ts'

/** The time is a field of the signed body. */
export const linear: Provider = {
  name: 'linear',
  title: 'Linear',
  docs: 'https://linear.app/developers/webhooks',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'linear-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:linear-signature',
      encoding: 'hex',
      signed: '{body}',
      timestamp: { from: 'body:/webhookTimestamp', unit: 'ms', tolerance: 60 },
      key: { form: 'utf8' },
    },
  ],
  id: ['header:linear-delivery'],
  type: ['body:/type', 'header:linear-event'],
  payload: 'json',
  deadlineSeconds: 5,
  retries: 'after 1 min, 1 h and 6 h',
  setup: 'Settings → API → Webhooks → the webhook → Signing secret.',
}

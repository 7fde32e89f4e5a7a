import type { Provider } from './types.ts'

/** 5 s is what Paddle's own libraries allow: keep the clock right, or set TIMESTAMP_TOLERANCE_SECONDS. */
export const paddle: Provider = {
  name: 'paddle',
  title: 'Paddle',
  docs: 'https://developer.paddle.com/webhooks/about/signature-verification',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'paddle-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:paddle-signature',
      encoding: 'hex',
      list: { separator: ';', assign: '=', label: 'h1' },
      signed: '{timestamp}:{body}',
      timestamp: { from: 'list:ts', unit: 's', tolerance: 5 },
      key: { form: 'utf8' },
    },
  ],
  id: ['body:/event_id'],
  type: ['body:/event_type'],
  payload: 'json',
  deadlineSeconds: 5,
  retries: '60 times in 3 days',
  setup: 'Developer tools → Notifications → the destination → Secret key (pdl_ntfset_…).',
}

import { standardWebhooksV1 } from './standard-webhooks.ts'
import { svixV1 } from './svix.ts'
import type { Provider } from './types.ts'

/** Delivered by Svix. */
export const resend: Provider = {
  name: 'resend',
  title: 'Resend',
  docs: 'https://github.com/resend/resend-node',
  confidence: 'official SDK',
  schemes: [svixV1, standardWebhooksV1],
  id: ['header:svix-id', 'header:webhook-id'],
  type: ['body:/type'],
  deadlineSeconds: 15,
  retries: 'after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h',
  setup: 'Webhooks → the webhook → Signing Secret (whsec_…).',
}

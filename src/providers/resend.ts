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
  setup: 'Webhooks → the webhook → Signing Secret (whsec_…).',
}

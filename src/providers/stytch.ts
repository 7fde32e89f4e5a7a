import { standardWebhooksV1 } from './standard-webhooks.ts'
import { svixV1 } from './svix.ts'
import type { Provider } from './types.ts'

/** Delivered by Svix. */
export const stytch: Provider = {
  name: 'stytch',
  title: 'Stytch',
  docs: 'https://stytch.com/docs',
  confidence: 'computed',
  secondHand: true,
  schemes: [svixV1, standardWebhooksV1],
  id: ['header:svix-id', 'header:webhook-id'],
  type: [['body:/object_type', 'body:/action']],
  deadlineSeconds: 15,
  retries: 'after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h',
  setup: 'Dashboard → Webhooks → the endpoint → Signing secret (whsec_…).',
}

import { standardWebhooksV1 } from './standard-webhooks.ts'
import { svixV1 } from './svix.ts'
import type { Provider } from './types.ts'

/** Delivered by Svix. */
export const clerk: Provider = {
  name: 'clerk',
  title: 'Clerk',
  docs: 'https://clerk.com/docs/guides/development/webhooks/overview',
  confidence: 'official SDK',
  schemes: [svixV1, standardWebhooksV1],
  id: ['header:svix-id', 'header:webhook-id'],
  type: ['body:/type'],
  deadlineSeconds: 15,
  retries: 'after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h',
  setup: 'Dashboard → Webhooks → the endpoint → Signing Secret (whsec_…).',
}

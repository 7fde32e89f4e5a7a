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
  setup: 'Dashboard → Webhooks → the endpoint → Signing Secret (whsec_…).',
}

import { standardWebhooksV1 } from './standard-webhooks.ts'
import type { Provider } from './types.ts'

export const render: Provider = {
  name: 'render',
  title: 'Render',
  docs: 'https://render.com/docs/webhooks',
  confidence: 'computed',
  secondHand: true,
  schemes: [standardWebhooksV1],
  id: ['header:webhook-id'],
  type: ['body:/type'],
  deadlineSeconds: 15,
  setup: 'Integrations → Webhooks → the webhook → Signing secret (whsec_…).',
}

import { standardWebhooksV1 } from './standard-webhooks.ts'
import type { Provider } from './types.ts'

export const render: Provider = {
  name: 'render',
  title: 'Render',
  docs: 'https://github.com/render-examples/webhook-github-action/blob/main/app.ts',
  confidence: 'computed',
  schemes: [standardWebhooksV1],
  id: ['header:webhook-id'],
  type: ['body:/type'],
  deadlineSeconds: 15,
  setup: 'Integrations → Webhooks → the webhook → Signing secret (whsec_…).',
}

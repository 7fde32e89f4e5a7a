import { standardWebhooksV1 } from './standard-webhooks.ts'
import type { Provider } from './types.ts'

export const replicate: Provider = {
  name: 'replicate',
  title: 'Replicate',
  docs: 'https://github.com/replicate/replicate-javascript',
  confidence: 'official SDK',
  schemes: [standardWebhooksV1],
  id: ['header:webhook-id'],
  type: ['body:/status'],
  setup: 'Account → Webhooks → Signing secret (whsec_…).',
}

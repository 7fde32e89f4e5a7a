import { standardWebhooksV1 } from './standard-webhooks.ts'
import type { Provider } from './types.ts'

/** OpenAI's own library takes a secret without whsec_ as text. */
export const openai: Provider = {
  name: 'openai',
  title: 'OpenAI',
  docs: 'https://platform.openai.com/docs/guides/webhooks',
  confidence: 'official SDK',
  schemes: [{ ...standardWebhooksV1, key: { form: 'utf8-or-base64', prefix: 'whsec_' } }],
  id: ['header:webhook-id'],
  type: ['body:/type'],
  setup: 'Settings → Webhooks → the endpoint → Signing secret (whsec_…).',
}

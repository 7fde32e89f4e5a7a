import { standardWebhooksV1 } from './standard-webhooks.ts'
import type { Provider } from './types.ts'

/** Standard Webhooks, but the whole secret is used as text, even where it begins with whsec_. */
export const polar: Provider = {
  name: 'polar',
  title: 'Polar',
  docs: 'https://polar.sh/docs/integrate/webhooks/delivery',
  confidence: 'official SDK',
  schemes: [{ ...standardWebhooksV1, key: { form: 'utf8' } }],
  id: ['header:webhook-id'],
  type: ['body:/type'],
  deadlineSeconds: 10,
  retries: 'up to 10 times',
  setup: 'Settings → Webhooks → the endpoint → Secret.',
}

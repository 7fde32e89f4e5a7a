import { standardWebhooksV1 } from './standard-webhooks.ts'
import type { Provider } from './types.ts'

/** Delivered by Svix. */
export const incidentIo: Provider = {
  name: 'incident-io',
  title: 'incident.io',
  docs: 'https://docs.incident.io/api-reference/webhooks',
  confidence: 'computed',
  schemes: [standardWebhooksV1],
  id: ['header:webhook-id'],
  type: ['body:/event_type'],
  retries: 'with growing intervals, for 24 hours',
  setup: 'Settings → Webhooks → the endpoint → Signing secret (whsec_…).',
}

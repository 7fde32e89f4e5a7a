import { tokenSchemes } from './token.ts'
import type { Provider } from './types.ts'

export const newrelic: Provider = {
  name: 'newrelic',
  title: 'New Relic',
  docs: 'https://docs.newrelic.com/docs/alerts/get-notified/notification-integrations/',
  confidence: 'not verified',
  known:
    'No signature is documented; a webhook destination can send basic auth, a bearer token or custom headers. The body is a template of yours.',
  schemes: tokenSchemes,
  id: [],
  type: [],
  setup:
    'A token of your own: Alerts → Destinations → Webhook → Authorization → Bearer token; or basic auth, given here as user:password.',
}

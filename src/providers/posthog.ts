import { tokenSchemes } from './token.ts'
import type { Provider } from './types.ts'

export const posthog: Provider = {
  name: 'posthog',
  title: 'PostHog',
  docs: 'https://posthog.com/docs/data-pipelines/destinations/webhook',
  confidence: 'not verified',
  known:
    "A destination has the headers and the body that you give it. A signature is told of elsewhere; PostHog's page could not be found to describe one.",
  schemes: tokenSchemes,
  id: [],
  type: [],
  setup: 'A token of your own: Data pipelines → Destinations → HTTP Webhook → Headers → X-Webhook-Token.',
}

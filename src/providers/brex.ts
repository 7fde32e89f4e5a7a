import { standardWebhooksV1 } from './standard-webhooks.ts'
import { svixV1 } from './svix.ts'
import type { Provider } from './types.ts'

export const brex: Provider = {
  name: 'brex',
  title: 'Brex',
  docs: 'https://developer.brex.com/docs/webhooks/',
  confidence: 'computed',
  secondHand: true,
  schemes: [standardWebhooksV1, svixV1],
  id: ['header:webhook-id', 'header:svix-id'],
  type: ['body:/event_type'],
  setup: "The key that the webhooks API's list of secrets returns (GET /v1/webhooks/secrets).",
}

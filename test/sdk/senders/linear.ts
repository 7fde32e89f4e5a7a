import { LinearWebhookClient } from '@linear/sdk/webhooks'
import type { Library } from '../harness.ts'

export const library: Library = {
  provider: 'linear',
  name: '@linear/sdk',
  // Linear signs the time as a field of the body.
  exactBody: true,
  verify: ({ headers, body, secret }) =>
    new LinearWebhookClient(secret).verify(
      Buffer.from(body),
      headers['linear-signature'] ?? '',
      JSON.parse(body).webhookTimestamp,
    ),
}

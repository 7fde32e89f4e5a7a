import { standardWebhooksV1 } from './standard-webhooks.ts'
import type { HmacScheme, Provider } from './types.ts'

/** Standard Webhooks under Svix's own header names. */
export const svixV1 = {
  ...standardWebhooksV1,
  name: 'svix-v1',
  at: 'header:svix-signature',
  id: 'header:svix-id',
  timestamp: { from: 'header:svix-timestamp', unit: 's', tolerance: 300 },
} as const satisfies HmacScheme

/** Both header families: Svix lets its customers use the names of Standard Webhooks. */
export const svix: Provider = {
  name: 'svix',
  title: 'Svix',
  docs: 'https://docs.svix.com/receiving/verifying-payloads/how-manual',
  confidence: 'official SDK',
  schemes: [svixV1, standardWebhooksV1],
  id: ['header:svix-id', 'header:webhook-id'],
  type: ['body:/type', 'body:/event_type'],
  deadlineSeconds: 15,
  retries: 'after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h',
  setup: 'The endpoint → Signing secret (whsec_…).',
}

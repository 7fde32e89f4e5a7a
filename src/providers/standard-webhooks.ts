import type { Ed25519Scheme, HmacScheme, Provider } from './types.ts'

const signatureHeader = {
  at: 'header:webhook-signature',
  encoding: 'base64',
  signed: '{id}.{timestamp}.{body}',
  id: 'header:webhook-id',
  timestamp: { from: 'header:webhook-timestamp', unit: 's', tolerance: 300 },
} as const

export const standardWebhooksV1 = {
  ...signatureHeader,
  name: 'standard-webhooks-v1',
  kind: 'hmac',
  hash: 'sha256',
  list: { separator: ' ', assign: ',', label: 'v1' },
  key: { form: 'base64', prefix: 'whsec_' },
} as const satisfies HmacScheme

export const standardWebhooksV1a = {
  ...signatureHeader,
  name: 'standard-webhooks-v1a',
  kind: 'ed25519',
  list: { separator: ' ', assign: ',', label: 'v1a' },
  key: { form: 'base64', prefix: 'whpk_', prefixRequired: true },
} as const satisfies Ed25519Scheme

/** Any sender that follows the Standard Webhooks specification. */
export const standardWebhooks: Provider = {
  name: 'standard-webhooks',
  title: 'Standard Webhooks',
  docs: 'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md',
  confidence: 'official SDK',
  schemes: [standardWebhooksV1, standardWebhooksV1a],
  id: ['header:webhook-id'],
  type: ['body:/type'],
  setup: "The sender's settings show the endpoint's signing secret (whsec_…), or its public key (whpk_…).",
}

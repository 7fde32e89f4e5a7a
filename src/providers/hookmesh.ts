import { standardWebhooksV1 } from './standard-webhooks.ts'
import type { HmacScheme, Provider } from './types.ts'

export const hookmeshSignature = {
  name: 'x-hookmesh-signature',
  kind: 'hmac',
  hash: 'sha256',
  at: 'header:x-hookmesh-signature',
  encoding: 'hex',
  list: { separator: ',', assign: '=', label: 'v1' },
  signed: '{timestamp}.{body}',
  timestamp: { from: 'list:t', unit: 's', tolerance: 300 },
  key: { form: 'utf8' },
} as const satisfies HmacScheme

export const hookmesh: Provider = {
  name: 'hookmesh',
  title: 'Hook Mesh',
  docs: 'https://hookmesh.pages.dev/docs/security/webhook-signatures',
  confidence: 'computed',
  schemes: [
    hookmeshSignature,
    // What its documentation describes: Standard Webhooks, but with the secret as it is shown. Both forms are tried.
    { ...standardWebhooksV1, key: { form: 'utf8-or-base64', prefix: 'whsec_' } },
  ],
  id: ['header:webhook-id', 'body:/id'],
  type: ['body:/type', 'body:/event', 'body:/event_type'],
  payload: 'json',
  setup: "Applications → the application → Endpoints → the endpoint → Reveal Secret, in Hook Mesh's dashboard.",
}

import { hookmeshSignature } from './hookmesh.ts'
import { standardWebhooksV1, standardWebhooksV1a } from './standard-webhooks.ts'
import type { Provider } from './types.ts'

/** The default source: whichever of the common schemes the sender uses, with one secret. */
export const generic: Provider = {
  name: 'generic',
  title: 'Generic',
  docs: 'https://www.standardwebhooks.com/',
  confidence: 'computed',
  schemes: [
    {
      name: 'x-webhook-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-webhook-signature',
      encoding: 'hex',
      prefix: 'sha256=',
      signed: '{body}',
      foreign: ['{timestamp}.', '{id}.{timestamp}.'],
      key: { form: 'utf8' },
    },
    hookmeshSignature,
    { ...standardWebhooksV1, key: { form: 'utf8-or-base64', prefix: 'whsec_' } },
    standardWebhooksV1a,
  ],
  id: ['header:webhook-id'],
  type: ['header:x-event-type', 'body:/type', 'body:/event'],
  setup: 'Choose a long random text (openssl rand -hex 32) and give the same one to the sender.',
}

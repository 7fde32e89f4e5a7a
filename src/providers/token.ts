import type { Provider, TokenScheme } from './types.ts'

/** A secret for signing is none to be sent about. */
export const tokenKey = { form: 'utf8', not: 'whsec_' } as const

/**
 * Where a sender that signs nothing can be made to carry a secret: a header of one of the two usual names, user and
 * password, or the URL that it is given. The secret `user:password` serves for all four, any other for three.
 */
export const tokenSchemes: readonly TokenScheme[] = [
  { name: 'bearer', kind: 'token', at: 'header:authorization', prefix: 'Bearer ', key: tokenKey },
  { name: 'x-webhook-token', kind: 'token', at: 'header:x-webhook-token', key: tokenKey },
  { name: 'basic', kind: 'token', at: 'header:authorization', basic: true, key: tokenKey },
  { name: 'url', kind: 'token', at: 'query:token', key: tokenKey },
]

/** Any sender that signs nothing. */
export const token: Provider = {
  name: 'token',
  title: 'A sender without signatures',
  docs: 'https://www.rfc-editor.org/rfc/rfc6750',
  confidence: 'unsigned',
  known:
    'For a sender that is in no list and signs nothing. If it can sign, have it use X-Webhook-Signature (generic).',
  schemes: tokenSchemes,
  id: ['header:webhook-id'],
  type: ['header:x-event-type', 'body:/type', 'body:/event'],
  setup: 'Choose a long random text (openssl rand -hex 32) and have the sender send it in one of the ways above.',
}

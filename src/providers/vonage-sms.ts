import type { HmacScheme, Provider } from './types.ts'

const base = { kind: 'hmac', encoding: 'hex', signed: '{parameters:sig}', key: { form: 'utf8' } } as const

/** SHA-256 or SHA-512 as the account is set; its MD5 and SHA-1 methods are not accepted. */
const schemes: readonly HmacScheme[] = (['sha256', 'sha512'] as const).flatMap((hash): HmacScheme[] => [
  { ...base, name: `sig-${hash}`, hash, at: 'form:sig' },
  { ...base, name: `sig-json-${hash}`, hash, at: 'body:/sig' },
])

/** All parameters are signed, in a form, in JSON or in the query of a GET request. */
export const vonageSms: Provider = {
  name: 'vonage-sms',
  title: 'Vonage SMS',
  docs: 'https://developer.vonage.com/en/getting-started/concepts/signing-messages',
  confidence: 'computed',
  schemes,
  id: [['body:/messageId', 'body:/status'], 'body:/messageId'],
  type: ['body:/status', 'body:/type'],
  getEvents: true,
  setup: 'API Dashboard → Settings → Signature secret, with SHA-256 or SHA-512 HMAC as the signature method.',
}

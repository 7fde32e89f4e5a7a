import type { HmacScheme, Provider } from './types.ts'

const parameters = {
  kind: 'hmac',
  encoding: 'hex',
  signed: '{parameters:sig}',
  key: { form: 'utf8' },
  weak: true,
} as const

/** SHA-256 or SHA-512 as the account is set; its MD5 and SHA-1 methods are not accepted. */
const signedParameters: readonly HmacScheme[] = (['sha256', 'sha512'] as const).flatMap((hash): HmacScheme[] => [
  { ...parameters, name: `sig-${hash}`, hash, at: 'form:sig' },
  { ...parameters, name: `sig-json-${hash}`, hash, at: 'body:/sig' },
])

/**
 * Messages, Voice and Dispatch send a JWT, of which only HS256 counts. The SMS API signs all parameters, in a form, in JSON
 * or in the query of a GET request (https://developer.vonage.com/en/getting-started/concepts/signing-messages).
 */
export const vonage: Provider = {
  name: 'vonage',
  title: 'Vonage',
  docs: 'https://github.com/Nexmo/nexmo-developer',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'vonage-jwt',
      kind: 'jwt',
      at: 'header:authorization',
      prefix: 'Bearer ',
      algorithms: ['HS256'],
      key: { form: 'utf8' },
      claims: { iss: 'Vonage', payload_hash: '{body-sha256-hex}' },
      time: { iat: 300 },
    },
    ...signedParameters,
  ],
  id: [['body:/messageId', 'body:/status'], 'body:/messageId'],
  type: ['body:/status', 'body:/message_type', 'body:/type'],
  getEvents: true,
  setup:
    'API Dashboard → Settings → Signature secret; for the SMS API with SHA-256 or SHA-512 HMAC as the signature method.',
}

import type { Provider } from './types.ts'

/** The URL is signed: set PUBLIC_URL. */
export const messagebird: Provider = {
  name: 'messagebird',
  title: 'MessageBird',
  docs: 'https://github.com/messagebird/messagebird-nodejs',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'messagebird-signature-jwt',
      kind: 'jwt',
      at: 'header:messagebird-signature-jwt',
      algorithms: ['HS256', 'HS384', 'HS512'],
      key: { form: 'utf8' },
      claims: { iss: 'MessageBird', url_hash: '{url-sha256-hex}', payload_hash: '{body-sha256-hex}' },
      claimsOfBody: ['payload_hash'],
      time: 'exp',
    },
  ],
  id: [],
  type: [],
  setup: 'Developers → API settings → Signing key.',
}

import type { Provider } from './types.ts'

/** Only HS256 counts. SMS callbacks with a sig parameter are `vonage-sms`. */
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
  ],
  id: [],
  type: ['body:/status', 'body:/message_type'],
  setup: 'API Dashboard → Settings → Signature secret.',
}

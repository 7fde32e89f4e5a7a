import type { Provider } from './types.ts'

export const livekit: Provider = {
  name: 'livekit',
  title: 'LiveKit',
  docs: 'https://github.com/livekit/node-sdks',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'livekit-jwt',
      kind: 'jwt',
      at: 'header:authorization',
      prefix: 'Bearer ',
      prefixOptional: true,
      algorithms: ['HS256'],
      key: { form: 'utf8' },
      claims: { sha256: '{body-sha256-base64}' },
      time: 'exp',
    },
  ],
  id: ['body:/id'],
  type: ['body:/event'],
  setup: 'The API secret of the key that signs webhooks.',
}

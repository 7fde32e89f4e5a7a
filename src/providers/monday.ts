import type { Provider } from './types.ts'

/** The JWT names the URL (set PUBLIC_URL) and a time, but does not cover the body. */
export const monday: Provider = {
  name: 'monday',
  title: 'monday.com',
  docs: 'https://developer.monday.com/api-reference/reference/webhooks',
  confidence: 'computed',
  secondHand: true,
  schemes: [
    {
      name: 'monday-jwt',
      kind: 'jwt',
      at: 'header:authorization',
      prefix: 'Bearer ',
      prefixOptional: true,
      algorithms: ['HS256'],
      key: { form: 'utf8' },
      claims: { aud: '{url}' },
      time: 'exp',
    },
  ],
  id: ['body:/event/triggerUuid'],
  type: ['body:/event/type'],
  retries: 'every minute, for 30 min',
  handshakes: [
    {
      method: 'POST',
      proof: 'any',
      body: '\\{\\s*"challenge"\\s*:\\s*"(?<challenge>[\\w.=+/-]{1,256})"\\s*\\}\\s*',
      answer: { json: { challenge: '{match:challenge}' } },
    },
  ],
  setup: 'Developer Center → the app → Basic information → Signing secret.',
}

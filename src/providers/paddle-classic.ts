import type { Provider } from './types.ts'

export const paddleClassic: Provider = {
  name: 'paddle-classic',
  title: 'Paddle Classic',
  docs: 'https://developer.paddle.com/webhook-reference/verifying-webhooks',
  confidence: 'computed',
  schemes: [
    {
      name: 'p_signature',
      kind: 'rsa',
      hash: 'sha1',
      at: 'form:p_signature',
      encoding: 'base64',
      signed: '{form-php-serialized:p_signature}',
      key: { form: 'public-key' },
    },
  ],
  id: ['body:/alert_id'],
  type: ['body:/alert_name'],
  setup: 'Developer Tools → Public Key (PEM).',
}

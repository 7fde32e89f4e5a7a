import type { Provider } from './types.ts'

/** No event id: a JWT carries its time, so one that comes again is told by its signature. */
export const plaid: Provider = {
  name: 'plaid',
  title: 'Plaid',
  docs: 'https://plaid.com/docs/api/webhooks/webhook-verification/',
  confidence: 'computed',
  schemes: [
    {
      name: 'plaid-verification',
      kind: 'jwt',
      at: 'header:plaid-verification',
      algorithms: ['ES256'],
      claims: { request_body_sha256: '{body-sha256-hex}' },
      time: { iat: 300 },
      key: {
        form: 'fetched',
        account: {
          pattern: '(?<client_id>[A-Za-z0-9]{8,64}):(?<secret>[A-Za-z0-9]{8,64})',
          expected: 'the API keys as client_id:secret, or sandbox:client_id:secret for the Sandbox',
          environments: { production: { host: 'production.plaid.com' }, sandbox: { host: 'sandbox.plaid.com' } },
        },
        source: {
          id: 'jwt:kid',
          idPattern: '[A-Za-z0-9_-]{1,64}',
          url: 'https://{account:host}/webhook_verification_key/get',
          post: { client_id: '{account:client-id}', secret: '{account:secret}', key_id: '{id}' },
          answer: { kind: 'jwk', at: '/key', expires: '/key/expired_at' },
          unknown: { status: 400, at: '/error_code', is: 'INVALID_WEBHOOK_VERIFICATION_KEY_ID' },
          cacheSeconds: 86_400,
        },
      },
    },
  ],
  id: [],
  type: [['body:/webhook_type', 'body:/webhook_code'], 'body:/webhook_type'],
  payload: 'json',
  deadlineSeconds: 10,
  retries: 'up to 6 times in 24 h',
  setup:
    'Developers → Keys: client_id and secret, as `client_id:secret` (`sandbox:client_id:secret` for the Sandbox). Plaid gives its public keys to nobody else.',
}

import type { Provider } from './types.ts'

/** The JWT has no time; events are told apart by their id. */
export const fusionauth: Provider = {
  name: 'fusionauth',
  title: 'FusionAuth',
  docs: 'https://fusionauth.io/docs/extend/events-and-webhooks/signing',
  confidence: 'computed',
  schemes: [
    {
      name: 'rsa',
      kind: 'jwt',
      at: 'header:x-fusionauth-signature-jwt',
      algorithms: ['RS256'],
      key: { form: 'public-key' },
      claims: { request_body_sha256: '{body-sha256-base64}' },
    },
    {
      name: 'ecdsa',
      kind: 'jwt',
      at: 'header:x-fusionauth-signature-jwt',
      algorithms: ['ES256'],
      key: { form: 'public-key' },
      claims: { request_body_sha256: '{body-sha256-base64}' },
    },
    {
      name: 'hmac',
      kind: 'jwt',
      at: 'header:x-fusionauth-signature-jwt',
      algorithms: ['HS256', 'HS384', 'HS512'],
      key: { form: 'utf8' },
      claims: { request_body_sha256: '{body-sha256-base64}' },
    },
  ],
  id: ['body:/event/id'],
  type: ['body:/event/type'],
  setup: "Settings → Key Master → the webhook's signing key: its public key (PEM), or the secret of an HMAC key.",
}

import type { FetchedKeyForm, Provider } from './types.ts'

/** Often an installation of one's own, in a private network. */
const published: FetchedKeyForm = {
  form: 'fetched',
  account: {
    pattern: '(?<origin>https://[a-z0-9.-]+(?::[0-9]{1,5})?)/?',
    expected: 'the address of your FusionAuth, such as https://auth.example.com',
  },
  source: {
    id: 'jwt:kid',
    idPattern: '[\\x21-\\x7e]{1,128}',
    url: '{account:origin}/.well-known/jwks.json',
    answer: { kind: 'jwks' },
    cacheSeconds: 3600,
    network: 'operator',
  },
}

/** The JWT has no time; events are told apart by their id. */
export const fusionauth: Provider = {
  name: 'fusionauth',
  title: 'FusionAuth',
  docs: 'https://fusionauth.io/docs/extend/events-and-webhooks/signing',
  confidence: 'computed',
  schemes: [
    {
      name: 'published-rsa',
      kind: 'jwt',
      at: 'header:x-fusionauth-signature-jwt',
      algorithms: ['RS256'],
      key: published,
      claims: { request_body_sha256: '{body-sha256-base64}' },
    },
    {
      name: 'published-ecdsa',
      kind: 'jwt',
      at: 'header:x-fusionauth-signature-jwt',
      algorithms: ['ES256'],
      key: published,
      claims: { request_body_sha256: '{body-sha256-base64}' },
    },
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
      key: { form: 'utf8', not: 'https://' },
      claims: { request_body_sha256: '{body-sha256-base64}' },
    },
  ],
  id: ['body:/event/id'],
  type: ['body:/event/type'],
  setup:
    "The address of your FusionAuth, as `https://auth.example.com`: its published keys are used. Or Settings → Key Master → the webhook's signing key: its public key (PEM), or the secret of an HMAC key.",
}

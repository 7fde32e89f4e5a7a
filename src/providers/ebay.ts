import type { Provider } from './types.ts'

/** Anybody may look at its keys, but only an endpoint that answers its challenge with our token is sent anything. */
export const ebay: Provider = {
  name: 'ebay',
  title: 'eBay',
  docs: 'https://developer.ebay.com/api-docs/commerce/notification/overview.html',
  confidence: 'computed',
  schemes: [
    {
      name: 'x-ebay-signature',
      kind: 'ecdsa',
      hash: 'sha1',
      at: 'header-json:x-ebay-signature#/signature',
      encoding: 'base64',
      signed: '{body}',
      key: {
        form: 'fetched',
        account: {
          pattern: '(?<client_id>[A-Za-z0-9_-]{8,128}):(?<secret>[A-Za-z0-9_-]{8,128})',
          expected: 'the application keys as App-ID:Cert-ID, or sandbox:App-ID:Cert-ID for the Sandbox',
          environments: { production: { host: 'api.ebay.com' }, sandbox: { host: 'api.sandbox.ebay.com' } },
        },
        source: {
          id: 'header-json:x-ebay-signature#/kid',
          idPattern: '[A-Za-z0-9_-]{1,128}',
          url: 'https://{account:host}/commerce/notification/v1/public_key/{id}',
          token: {
            url: 'https://{account:host}/identity/v1/oauth2/token',
            user: '{account:client-id}',
            password: '{account:secret}',
            scope: 'https://api.ebay.com/oauth/api_scope',
          },
          answer: { kind: 'pem', at: '/key' },
          cacheSeconds: 3600,
        },
      },
    },
  ],
  id: ['body:/notification/notificationId'],
  type: ['body:/metadata/topic'],
  payload: 'json',
  // https://developer.ebay.com/marketplace-account-deletion: sha256 of challenge code, token and URL, in this order.
  handshakes: [
    {
      method: 'GET',
      when: [{ at: 'query:challenge_code' }],
      answer: {
        json: {
          challengeResponse: {
            kind: 'hash',
            hash: 'sha256',
            encoding: 'hex',
            of: '{query:challenge_code}{verify-token}{url-path}',
          },
        },
      },
    },
  ],
  setup:
    'Application Keys: App ID (Client ID) and Cert ID (Client Secret), as `App-ID:Cert-ID` (`sandbox:App-ID:Cert-ID` for the Sandbox). eBay gives its public keys to applications only.',
}

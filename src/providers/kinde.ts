import type { Provider } from './types.ts'

/** The body is a JWT: its claims are the event. */
export const kinde: Provider = {
  name: 'kinde',
  title: 'Kinde',
  docs: 'https://docs.kinde.com/integrate/webhooks/add-manage-webhooks/',
  confidence: 'computed',
  schemes: [
    {
      name: 'body-jwt',
      kind: 'jwt',
      at: 'body',
      algorithms: ['RS256'],
      claims: {},
      key: {
        form: 'fetched',
        account: {
          pattern: 'https://(?<host>[a-z0-9-]+(?:\\.[a-z0-9-]+)+)/?',
          expected: 'the address of your Kinde domain, such as https://example.kinde.com',
        },
        source: {
          id: 'jwt:kid',
          idPattern: '[\\x21-\\x7e]{1,128}',
          url: 'https://{account:host}/.well-known/jwks.json',
          answer: { kind: 'jwks' },
          cacheSeconds: 3600,
        },
      },
    },
  ],
  // What a Kinde event says of a user or an organisation is a few KiB.
  bodyCap: 256 * 1024,
  id: ['body:/event_id'],
  type: ['body:/type'],
  payload: 'jwt',
  setup: 'Your Kinde domain or custom domain, as `https://example.kinde.com`: its published keys are used.',
}

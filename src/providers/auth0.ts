import type { Provider } from './types.ts'

/** Unsigned: event streams send a bearer token, custom log streams the configured header as it is. */
export const auth0: Provider = {
  name: 'auth0',
  title: 'Auth0',
  docs: 'https://auth0.com/docs/customize/events/create-an-event-stream',
  confidence: 'computed',
  schemes: [
    {
      name: 'authorization',
      kind: 'token',
      at: 'header:authorization',
      prefix: 'Bearer ',
      prefixOptional: true,
      key: { form: 'utf8' },
    },
  ],
  id: ['body:/id'],
  type: ['body:/type'],
  retries: 'after 1, 2 and 4 s',
  setup: 'The token given to the event stream, or the Authorization value given to the log stream.',
}

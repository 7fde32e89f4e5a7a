import type { Provider } from './types.ts'

/** Unsigned: a bearer token, in the header or in the address. */
export const cloudevents: Provider = {
  name: 'cloudevents',
  title: 'CloudEvents',
  docs: 'https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md',
  confidence: 'computed',
  schemes: [
    { name: 'authorization', kind: 'token', at: 'header:authorization', prefix: 'Bearer ', key: { form: 'utf8' } },
    { name: 'access_token', kind: 'token', at: 'query:access_token', key: { form: 'utf8' } },
  ],
  id: [
    ['header:ce-source', 'header:ce-id'],
    ['body:/source', 'body:/id'],
  ],
  type: ['header:ce-type', 'body:/type'],
  handshakes: [
    {
      method: 'OPTIONS',
      when: [{ at: 'header:webhook-request-origin', fits: '[A-Za-z0-9.:-]{1,253}' }],
      answer: {
        headers: {
          'webhook-allowed-origin': '{header:webhook-request-origin}',
          'webhook-allowed-rate': '*',
          allow: 'POST',
        },
      },
    },
  ],
  setup: 'The token that the sender was given for this address.',
}

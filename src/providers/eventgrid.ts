import type { Provider } from './types.ts'

/** Unsigned: a secret in the address. A body is a list of events and has no id of its own. */
export const eventgrid: Provider = {
  name: 'eventgrid',
  title: 'Azure Event Grid',
  docs: 'https://learn.microsoft.com/azure/event-grid/security-authentication',
  confidence: 'computed',
  schemes: [{ name: 'code', kind: 'token', at: 'query:code', key: { form: 'utf8' } }],
  id: [],
  type: ['body:/0/eventType'],
  deadlineSeconds: 30,
  retries: 'after 10 s, 30 s, 1, 5, 10 and 30 min and 1 h, then hourly, for 24 h',
  handshakes: [
    {
      method: 'POST',
      when: [
        { at: 'header:aeg-event-type', is: 'subscriptionvalidation' },
        { at: 'body:/0/eventType', is: 'microsoft.eventgrid.subscriptionvalidationevent' },
      ],
      answer: { json: { validationResponse: '{json:/0/data/validationCode}' } },
    },
  ],
  setup: "The value that you gave the code parameter in the event subscription's address.",
}

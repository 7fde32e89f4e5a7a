import type { Provider } from './types.ts'

/** Unsigned: a secret in the address. A body is a list of events and has no id of its own. */
export const eventgrid: Provider = {
  name: 'eventgrid',
  title: 'Azure Event Grid',
  docs: 'https://learn.microsoft.com/azure/event-grid/webhook-event-delivery',
  confidence: 'computed',
  secondHand: true,
  schemes: [{ name: 'code', kind: 'token', at: 'query:code', key: { form: 'utf8' } }],
  id: [],
  type: ['body:/0/eventType'],
  deadlineSeconds: 30,
  setup: "The value of the code parameter in the subscription's address.",
}

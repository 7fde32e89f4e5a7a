import type { Provider } from './types.ts'

/** Unsigned: every notification in the body must carry the clientState. */
export const msgraph: Provider = {
  name: 'msgraph',
  title: 'Microsoft Graph',
  docs: 'https://learn.microsoft.com/graph/change-notifications-delivery-webhooks',
  confidence: 'computed',
  schemes: [{ name: 'client-state', kind: 'token', at: 'body:/value/*/clientState', key: { form: 'utf8' } }],
  id: [],
  type: ['body:/value/0/changeType'],
  payload: 'json',
  deadlineSeconds: 3,
  retries: 'for up to 4 h',
  handshakes: [
    {
      method: 'POST',
      proof: 'none',
      when: [{ at: 'query:validationToken' }],
      answer: { text: '{query:validationToken}' },
    },
  ],
  setup: 'The clientState given when the subscription was created.',
}

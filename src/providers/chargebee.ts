import type { Provider } from './types.ts'

/** Unsigned: HTTP Basic authentication, where the webhook has it. */
export const chargebee: Provider = {
  name: 'chargebee',
  title: 'Chargebee',
  docs: 'https://www.chargebee.com/docs/2.0/events_and_webhooks.html',
  confidence: 'official SDK',
  schemes: [{ name: 'basic', kind: 'token', at: 'header:authorization', basic: true, key: { form: 'utf8' } }],
  id: ['body:/id'],
  type: ['body:/event_type'],
  retries: 'for about 2 days',
  setup: 'Settings → Configure Chargebee → Webhooks → the webhook: its user name and password, as user:password.',
}

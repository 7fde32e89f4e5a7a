import type { Provider } from './types.ts'

/** Unsigned: HTTP Basic authentication, where the webhook has it. */
export const postmark: Provider = {
  name: 'postmark',
  title: 'Postmark',
  docs: 'https://postmarkapp.com/developer/webhooks/webhooks-overview',
  confidence: 'computed',
  secondHand: true,
  schemes: [{ name: 'basic', kind: 'token', at: 'header:authorization', basic: true, key: { form: 'utf8' } }],
  id: [],
  type: ['body:/RecordType'],
  setup: 'The Basic auth credentials given to the webhook, as user:password.',
}

import type { Provider } from './types.ts'

/** Unsigned: HTTP Basic authentication. */
export const mixpanel: Provider = {
  name: 'mixpanel',
  title: 'Mixpanel',
  docs: 'https://docs.mixpanel.com/docs/cohort-sync/webhooks',
  confidence: 'computed',
  schemes: [{ name: 'basic', kind: 'token', at: 'header:authorization', basic: true, key: { form: 'utf8' } }],
  id: [],
  type: ['body:/action'],
  retries: '5 times in 60 s',
  answer: { type: 'application/json', body: '{"action":"{type}","status":"success"}' },
  setup: 'The user name and password given to the webhook connection, as user:password.',
}

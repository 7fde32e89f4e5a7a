import type { Provider } from './types.ts'

/** Unsigned: the token is a field of the body. */
export const aircall: Provider = {
  name: 'aircall',
  title: 'Aircall',
  docs: 'https://developer.aircall.io/tutorials/webhooks-guide/',
  confidence: 'computed',
  secondHand: true,
  schemes: [{ name: 'token', kind: 'token', at: 'body:/token', key: { form: 'utf8' } }],
  id: [],
  type: ['body:/event'],
  payload: 'json',
  setup: "The webhook's token, as the dashboard or the API shows it.",
}

import type { Provider } from './types.ts'

/** Unsigned: the passcode is a field of the body. */
export const figma: Provider = {
  name: 'figma',
  title: 'Figma',
  docs: 'https://developers.figma.com/docs/rest-api/webhooks-security/',
  confidence: 'computed',
  schemes: [{ name: 'passcode', kind: 'token', at: 'body:/passcode', key: { form: 'utf8' } }],
  id: [],
  type: ['body:/event_type'],
  payload: 'json',
  refusal: 400,
  setup: 'The passcode given when the webhook was created.',
}

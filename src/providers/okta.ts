import type { Provider } from './types.ts'

/** Unsigned: the Authorization header as configured. */
export const okta: Provider = {
  name: 'okta',
  title: 'Okta',
  docs: 'https://developer.okta.com/docs/concepts/event-hooks/',
  confidence: 'computed',
  schemes: [{ name: 'authorization', kind: 'token', at: 'header:authorization', key: { form: 'utf8' } }],
  id: ['body:/eventId'],
  type: ['body:/data/events/0/eventType'],
  deadlineSeconds: 3,
  retries: 'once, on a timeout or 5xx',
  handshakes: [
    {
      method: 'GET',
      when: [{ at: 'header:x-okta-verification-challenge' }],
      answer: { json: { verification: '{header:x-okta-verification-challenge}' } },
    },
  ],
  setup: 'Workflow → Event Hooks → the hook → Authentication secret, exactly as typed there.',
}

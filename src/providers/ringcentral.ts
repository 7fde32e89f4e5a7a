import type { Provider } from './types.ts'

/** Unsigned: a token in a header. */
export const ringcentral: Provider = {
  name: 'ringcentral',
  title: 'RingCentral',
  docs: 'https://github.com/ringcentral/ringcentral-api-docs/blob/main/docs/notifications/webhooks/receiving.md',
  confidence: 'computed',
  schemes: [
    { name: 'verification-token', kind: 'token', at: 'header:verification-token', key: { form: 'utf8' } },
    { name: 'validation-token', kind: 'token', at: 'header:validation-token', key: { form: 'utf8' } },
  ],
  id: ['body:/uuid'],
  type: ['body:/event'],
  deadlineSeconds: 3,
  answer: { repeats: 'validation-token' },
  handshakes: [
    {
      method: 'POST',
      proof: 'none',
      when: [{ at: 'header:validation-token' }, { at: 'header:verification-token', absent: true }],
      body: '\\s*(?:\\{\\s*\\}\\s*)?',
      answer: { type: 'application/json', headers: { 'validation-token': '{header:validation-token}' } },
    },
  ],
  setup: 'deliveryMode.verificationToken of the subscription.',
}

import type { Provider } from './types.ts'

/** Unsigned: a token in a header. */
export const ringcentral: Provider = {
  name: 'ringcentral',
  title: 'RingCentral',
  docs: 'https://github.com/ringcentral/ringcentral-api-docs/blob/main/docs/notifications/webhooks/receiving.md',
  confidence: 'computed',
  schemes: [{ name: 'verification-token', kind: 'token', at: 'header:verification-token', key: { form: 'utf8' } }],
  id: ['body:/uuid'],
  type: ['body:/event'],
  deadlineSeconds: 3,
  setup: 'deliveryMode.verificationToken of the subscription.',
}

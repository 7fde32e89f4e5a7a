import type { Provider } from './types.ts'

/** Xero's test sends wrong signatures on purpose: they get 401, as it wants. */
export const xero: Provider = {
  name: 'xero',
  title: 'Xero',
  docs: 'https://github.com/XeroAPI/XeroWebhooksReceiver/blob/master/XeroWebhooksReceiver/Helpers/SignatureVerifier.cs',
  confidence: 'computed',
  schemes: [
    {
      name: 'x-xero-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-xero-signature',
      encoding: 'base64',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: [],
  type: [['body:/events/0/eventCategory', 'body:/events/0/eventType']],
  deadlineSeconds: 5,
  answer: { body: '' },
  handshakes: [
    {
      method: 'POST',
      when: [
        { at: 'body:/firstEventSequence', is: '0' },
        { at: 'body:/lastEventSequence', is: '0' },
      ],
      answer: {},
    },
  ],
  setup: 'My Apps → the app → Webhooks → Webhooks key, used as text although it looks like base64.',
}

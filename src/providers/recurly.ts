import type { Provider } from './types.ts'

/** The header is the time (in milliseconds) and then signatures, without labels. */
export const recurly: Provider = {
  name: 'recurly',
  title: 'Recurly',
  docs: 'https://docs.recurly.com/recurly-subscriptions/docs/signature-verification',
  confidence: 'computed',
  schemes: [
    {
      name: 'recurly-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:recurly-signature',
      encoding: 'hex',
      list: { separator: ',' },
      signed: '{timestamp}.{body}',
      timestamp: { from: 'list:#0', unit: 'ms', tolerance: 300 },
      key: { form: 'utf8' },
    },
  ],
  // Whether `id` is the event's or its object's is not documented: with these two it is the event's in either case.
  id: [['body:/id', 'body:/event_type', 'body:/event_time']],
  type: [['body:/object_type', 'body:/event_type']],
  // https://docs.recurly.com/recurly-subscriptions/docs/automatic-retries
  retries: 'up to 10 times, at growing intervals',
  setup: 'Integrations → Webhooks → the endpoint → its secret key.',
}

import type { Provider } from './types.ts'

/** One request may hold 250 events; the type is that of the first. */
export const gocardless: Provider = {
  name: 'gocardless',
  title: 'GoCardless',
  docs: 'https://developer.gocardless.com/getting-started/stay-up-to-date-with-webhooks-v2/',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'webhook-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:webhook-signature',
      encoding: 'hex',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: ['body:/meta/webhook_id'],
  type: [['body:/events/0/resource_type', 'body:/events/0/action']],
  deadlineSeconds: 10,
  refusal: 498,
  setup: 'Dashboard → Developers → Webhook endpoints → the endpoint → Secret.',
}

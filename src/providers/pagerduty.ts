import type { Provider } from './types.ts'

/** The secret looks like base64, but is used as text. */
export const pagerduty: Provider = {
  name: 'pagerduty',
  title: 'PagerDuty',
  docs: 'https://developer.pagerduty.com/docs/verifying-signatures',
  confidence: 'official docs',
  schemes: [
    {
      name: 'x-pagerduty-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-pagerduty-signature',
      encoding: 'hex',
      list: { separator: ',', assign: '=', label: 'v1' },
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: ['body:/event/id'],
  type: ['body:/event/event_type'],
  setup: 'Integrations → Generic Webhooks (v3): the secret shown when the webhook was created.',
}

import type { Provider } from './types.ts'

/** During a rotation two whole values stand in the header, separated by a space. */
export const persona: Provider = {
  name: 'persona',
  title: 'Persona',
  docs: 'https://docs.withpersona.com/v2022-09-01/docs/best-practices',
  confidence: 'computed',
  schemes: [
    {
      name: 'persona-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:persona-signature',
      encoding: 'hex',
      list: { separator: ',', assign: '=', label: 'v1', group: ' ' },
      signed: '{timestamp}.{body}',
      timestamp: { from: 'list:t', unit: 's', tolerance: 300 },
      key: { form: 'utf8' },
    },
  ],
  id: ['body:/data/id'],
  type: ['body:/data/attributes/name'],
  deadlineSeconds: 5,
  setup: 'Dashboard → Webhooks → the webhook → Secret (wbhsec_…).',
}

import type { Provider } from './types.ts'

/** During a rotation the header comes twice. Classic webhooks (id=tr_…) are unsigned and not accepted here. */
export const mollie: Provider = {
  name: 'mollie',
  title: 'Mollie',
  docs: 'https://docs.mollie.com/reference/webhooks-best-practices',
  confidence: 'computed',
  schemes: [
    {
      name: 'x-mollie-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-mollie-signature',
      encoding: 'hex',
      prefix: 'sha256=',
      prefixOptional: true,
      list: { separator: ',', repeated: true },
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: ['body:/id'],
  type: ['body:/type'],
  setup: 'Dashboard → Developers → Webhooks → the webhook → Signing secret.',
}

import type { Provider } from './types.ts'

/** One v0= before a list of signatures. */
export const outpost: Provider = {
  name: 'outpost',
  title: 'Hookdeck Outpost',
  docs: 'https://github.com/hookdeck/outpost/blob/main/docs/content/guides/verify-webhook-signatures.mdoc',
  confidence: 'computed',
  schemes: [
    {
      name: 'x-outpost-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-outpost-signature',
      encoding: 'hex',
      list: { separator: ',', lead: 'v0=' },
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: ['header:x-outpost-event-id'],
  type: ['header:x-outpost-topic'],
  setup: "The destination's secret, with its whsec_.",
}

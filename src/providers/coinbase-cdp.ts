import type { Provider } from './types.ts'

/** v1 also covers the headers that the signature names; one that is right is enough. */
export const coinbaseCdp: Provider = {
  name: 'coinbase-cdp',
  title: 'Coinbase CDP',
  docs: 'https://docs.cdp.coinbase.com/webhooks/verify-signatures',
  confidence: 'computed',
  schemes: [
    {
      name: 'x-hook0-signature-v1',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-hook0-signature',
      encoding: 'hex',
      list: { separator: ',', assign: '=', label: 'v1' },
      signed: '{timestamp}.{list:h}.{list-headers:h}.{body}',
      timestamp: { from: 'list:t', unit: 's', tolerance: 300 },
      key: { form: 'utf8' },
    },
    {
      name: 'x-hook0-signature-v0',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-hook0-signature',
      encoding: 'hex',
      list: { separator: ',', assign: '=', label: 'v0' },
      signed: '{timestamp}.{body}',
      timestamp: { from: 'list:t', unit: 's', tolerance: 300 },
      key: { form: 'utf8' },
    },
  ],
  id: ['body:/eventId', 'header:x-event-id'],
  type: ['body:/eventType', 'header:x-event-type'],
  payload: 'json',
  setup: 'metadata.secret of the webhook subscription.',
}

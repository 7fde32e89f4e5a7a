import type { Provider } from './types.ts'

export const coinbaseCommerce: Provider = {
  name: 'coinbase-commerce',
  title: 'Coinbase Commerce',
  docs: 'https://docs.cdp.coinbase.com/commerce/api-arcitecture/webhooks-security',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'x-cc-webhook-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-cc-webhook-signature',
      encoding: 'hex',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: ['body:/event/id'],
  type: ['body:/event/type'],
  retries: 'for up to 3 days',
  setup: 'Settings → Notifications → Show shared secret.',
}

import type { Provider } from './types.ts'

export const paystack: Provider = {
  name: 'paystack',
  title: 'Paystack',
  docs: 'https://github.com/PaystackOSS/doc-code-snippets',
  confidence: 'computed',
  schemes: [
    {
      name: 'x-paystack-signature',
      kind: 'hmac',
      hash: 'sha512',
      at: 'header:x-paystack-signature',
      encoding: 'hex',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: [],
  type: ['body:/event'],
  retries: '4 times every 3 min, then hourly for 72 h',
  setup: 'Settings → API Keys & Webhooks → Secret key (sk_…).',
}

import type { Provider } from './types.ts'

export const razorpay: Provider = {
  name: 'razorpay',
  title: 'Razorpay',
  docs: 'https://razorpay.com/docs/webhooks/validate-test/',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'x-razorpay-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-razorpay-signature',
      encoding: 'hex',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: ['header:x-razorpay-event-id'],
  type: ['body:/event'],
  deadlineSeconds: 5,
  retries: 'for 24 h',
  setup: 'Account & Settings → Webhooks → the webhook → Secret.',
}

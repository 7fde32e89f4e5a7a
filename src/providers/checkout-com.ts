import type { Provider } from './types.ts'

export const checkoutCom: Provider = {
  name: 'checkout-com',
  title: 'Checkout.com',
  docs: 'https://checkout.com/docs/workflows/set-up-your-webhook-receiver',
  confidence: 'computed',
  schemes: [
    {
      name: 'cko-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:cko-signature',
      encoding: 'hex',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: ['body:/id'],
  type: ['body:/type'],
  setup: "The webhook's signature key, from the workflow's webhook action.",
}

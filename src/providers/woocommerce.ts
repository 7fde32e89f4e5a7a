import type { Provider } from './types.ts'

/** Delivery ids repeat for two deliveries within a second, so they are not used. */
export const woocommerce: Provider = {
  name: 'woocommerce',
  title: 'WooCommerce',
  docs: 'https://github.com/woocommerce/woocommerce/blob/trunk/plugins/woocommerce/includes/class-wc-webhook.php',
  confidence: 'computed',
  schemes: [
    {
      name: 'x-wc-webhook-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-wc-webhook-signature',
      encoding: 'base64',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: [],
  type: ['header:x-wc-webhook-topic'],
  deadlineSeconds: 60,
  retries: 'never',
  handshakes: [
    {
      method: 'POST',
      proof: 'none',
      when: [{ at: 'header:x-wc-webhook-signature', absent: true }],
      body: 'webhook_id=[0-9]{1,20}',
      answer: {},
    },
  ],
  setup: 'WooCommerce → Settings → Advanced → Webhooks → the webhook → Secret.',
}

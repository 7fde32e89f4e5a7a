import type { Provider } from './types.ts'

/** The sha1 header (`x-hub-signature`) that GitHub still sends is left out on purpose: sha256 always comes with it. */
export const github: Provider = {
  name: 'github',
  title: 'GitHub',
  docs: 'https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'x-hub-signature-256',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-hub-signature-256',
      encoding: 'hex',
      prefix: 'sha256=',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: ['header:x-github-delivery'],
  type: ['header:x-github-event'],
  // https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries
  deadlineSeconds: 10,
  retries: 'only by hand, within 3 days',
  // https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap
  bodyLimit: 25 * 1024 * 1024,
  setup: 'Settings → Webhooks → the webhook → Secret: the text you chose there.',
}

import type { Provider } from './types.ts'

export const pusher: Provider = {
  name: 'pusher',
  title: 'Pusher Channels',
  docs: 'https://github.com/pusher/pusher-http-node',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'x-pusher-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-pusher-signature',
      encoding: 'hex',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: [],
  type: ['body:/events/0/name'],
  // https://docs.bird.com/pusher/channels/channels/webhooks/channels-webhook-timeouts-and-retries
  deadlineSeconds: 4,
  retries: 'for 5 min',
  setup: 'App Keys → the secret of the key that X-Pusher-Key names.',
}

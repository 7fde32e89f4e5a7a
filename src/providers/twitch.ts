import type { Provider } from './types.ts'

export const twitch: Provider = {
  name: 'twitch',
  title: 'Twitch',
  docs: 'https://dev.twitch.tv/docs/eventsub/handling-webhook-events/',
  confidence: 'computed',
  schemes: [
    {
      name: 'twitch-eventsub-message-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:twitch-eventsub-message-signature',
      encoding: 'hex',
      prefix: 'sha256=',
      signed: '{id}{timestamp}{body}',
      timestamp: { from: 'header:twitch-eventsub-message-timestamp', unit: 'iso8601', tolerance: 600 },
      id: 'header:twitch-eventsub-message-id',
      key: { form: 'utf8' },
    },
  ],
  id: ['header:twitch-eventsub-message-id'],
  type: ['header:twitch-eventsub-subscription-type'],
  handshakes: [
    {
      method: 'POST',
      when: [{ at: 'header:twitch-eventsub-message-type', is: 'webhook_callback_verification' }],
      answer: { text: '{json:/challenge}' },
    },
  ],
  setup: 'The secret given when the EventSub subscription was created.',
}

import type { Provider } from './types.ts'

export const discord: Provider = {
  name: 'discord',
  title: 'Discord',
  docs: 'https://discord.com/developers/docs/events/webhook-events',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'x-signature-ed25519',
      kind: 'ed25519',
      at: 'header:x-signature-ed25519',
      encoding: 'hex',
      signed: '{timestamp}{body}',
      timestamp: { from: 'header:x-signature-timestamp', unit: 's', tolerance: 300 },
      key: { form: 'hex' },
    },
  ],
  id: ['body:/id'],
  type: ['body:/event/type'],
  deadlineSeconds: 3,
  retries: 'for up to 10 min',
  answer: { status: 204, body: '' },
  handshakes: [
    { method: 'POST', when: [{ at: 'body:/type', is: '0' }], answer: { status: 204 } },
    {
      method: 'POST',
      when: [
        { at: 'body:/type', is: '1' },
        { at: 'body:/event/type', absent: true },
      ],
      answer: { json: { type: 1 } },
    },
  ],
  setup: 'Developer Portal → the application → General Information → Public Key.',
}

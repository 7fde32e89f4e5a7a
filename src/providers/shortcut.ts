import type { Provider } from './types.ts'

export const shortcut: Provider = {
  name: 'shortcut',
  title: 'Shortcut',
  docs: 'https://developer.shortcut.com/',
  confidence: 'computed',
  secondHand: true,
  schemes: [
    {
      name: 'payload-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:payload-signature',
      encoding: 'hex',
      signed: '{body}',
      key: { form: 'utf8' },
    },
    {
      name: 'clubhouse-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:clubhouse-signature',
      encoding: 'hex',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: ['body:/id'],
  type: ['body:/actions/0/action'],
  setup: 'Integrations → Webhooks → the webhook → Secret.',
}

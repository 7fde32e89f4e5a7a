import type { Provider } from './types.ts'

/** Version 4 signs; version 3 sends the secret hash itself. */
export const flutterwave: Provider = {
  name: 'flutterwave',
  title: 'Flutterwave',
  docs: 'https://developer.flutterwave.com/',
  confidence: 'computed',
  secondHand: true,
  schemes: [
    {
      name: 'flutterwave-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:flutterwave-signature',
      encoding: 'base64',
      signed: '{body}',
      key: { form: 'utf8' },
    },
    { name: 'verif-hash', kind: 'token', at: 'header:verif-hash', key: { form: 'utf8' } },
  ],
  id: ['body:/webhook_id'],
  type: ['body:/type', 'body:/event'],
  deadlineSeconds: 60,
  setup: 'Settings → Webhooks → Secret hash.',
}

import type { Provider } from './types.ts'

export const intuit: Provider = {
  name: 'intuit',
  title: 'Intuit QuickBooks',
  docs: 'https://developer.intuit.com/app/developer/qbo/docs/develop/webhooks/configure-webhooks',
  confidence: 'computed',
  schemes: [
    {
      name: 'intuit-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:intuit-signature',
      encoding: 'base64',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: [],
  type: ['body:/0/type', 'body:/eventNotifications/0/dataChangeEvent/entities/0/name'],
  deadlineSeconds: 3,
  setup: 'Developer portal → the app → Webhooks → Verifier token.',
}

import type { Provider } from './types.ts'

export const calCom: Provider = {
  name: 'cal-com',
  title: 'Cal.com',
  docs: 'https://github.com/calcom/cal.com/blob/main/packages/features/webhooks/lib/sendPayload.ts',
  confidence: 'computed',
  schemes: [
    {
      name: 'x-cal-signature-256',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-cal-signature-256',
      encoding: 'hex',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: [],
  type: ['body:/triggerEvent'],
  setup: 'Settings → Developer → Webhooks → the webhook → Secret.',
}

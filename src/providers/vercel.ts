import type { Provider } from './types.ts'

export const vercel: Provider = {
  name: 'vercel',
  title: 'Vercel',
  docs: 'https://vercel.com/docs/webhooks/webhooks-api',
  confidence: 'computed',
  secondHand: true,
  schemes: [
    {
      name: 'x-vercel-signature',
      kind: 'hmac',
      hash: 'sha1',
      at: 'header:x-vercel-signature',
      encoding: 'hex',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: ['body:/id'],
  type: ['body:/type'],
  deadlineSeconds: 30,
  retries: 'for up to 24 h',
  setup:
    "The secret shown when the team's webhook was created (Settings → Webhooks); of an integration its client secret.",
}

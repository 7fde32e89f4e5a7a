import type { Provider } from './types.ts'

export const sentry: Provider = {
  name: 'sentry',
  title: 'Sentry',
  docs: 'https://github.com/getsentry/sentry/blob/master/src/sentry/sentry_apps/models/sentry_app.py',
  confidence: 'computed',
  schemes: [
    {
      name: 'sentry-hook-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:sentry-hook-signature',
      encoding: 'hex',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: ['header:request-id'],
  type: ['header:sentry-hook-resource'],
  setup: 'Settings → Developer Settings → the integration → Client Secret.',
}

import type { Provider } from './types.ts'

/** Unsigned: the secret itself is sent. */
export const cloudflareNotifications: Provider = {
  name: 'cloudflare-notifications',
  title: 'Cloudflare Notifications',
  docs: 'https://developers.cloudflare.com/notifications/get-started/configure-webhooks/',
  confidence: 'computed',
  schemes: [{ name: 'cf-webhook-auth', kind: 'token', at: 'header:cf-webhook-auth', key: { form: 'utf8' } }],
  id: [],
  type: ['body:/alert_type'],
  setup: 'Notifications → Destinations → the webhook → Secret.',
}

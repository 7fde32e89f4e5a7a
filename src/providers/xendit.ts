import type { Provider } from './types.ts'

/** Unsigned: the token itself is sent. */
export const xendit: Provider = {
  name: 'xendit',
  title: 'Xendit',
  docs: 'https://docs.xendit.co/docs/verification-webhook',
  confidence: 'computed',
  schemes: [{ name: 'x-callback-token', kind: 'token', at: 'header:x-callback-token', key: { form: 'utf8' } }],
  id: ['header:webhook-id'],
  type: ['body:/event'],
  deadlineSeconds: 30,
  retries: '6 times: 15 min, 45 min, 2 h …',
  setup: 'Settings → Developers → Webhooks → Webhook verification token.',
}

import type { Provider } from './types.ts'

/** Only a time and a random token are signed, not the event. They stay the same over 8 h of retries, so the time may be that old; each token counts once. */
export const mailgun: Provider = {
  name: 'mailgun',
  title: 'Mailgun',
  docs: 'https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks',
  confidence: 'computed',
  schemes: [
    {
      name: 'signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'body:/signature/signature',
      encoding: 'hex',
      signed: '{json:/signature/timestamp}{json:/signature/token}',
      timestamp: { from: 'body:/signature/timestamp', unit: 's', tolerance: 29100 },
      key: { form: 'utf8' },
    },
  ],
  id: ['body:/event-data/id'],
  type: ['body:/event-data/event'],
  payload: 'json',
  retries: 'for 8 h',
  setup: 'API security → HTTP webhook signing key.',
}

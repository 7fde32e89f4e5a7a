import type { Provider } from './types.ts'

/** The URL is signed: set PUBLIC_URL. Of a form all fields are signed; other bodies by their hash, which is part of the URL. */
export const twilio: Provider = {
  name: 'twilio',
  title: 'Twilio',
  docs: 'https://www.twilio.com/docs/usage/webhooks/webhooks-security',
  confidence: 'computed',
  schemes: [
    {
      name: 'x-twilio-signature-json',
      kind: 'hmac',
      hash: 'sha1',
      at: 'header:x-twilio-signature',
      encoding: 'base64',
      when: { at: 'query:bodySHA256' },
      signed: '{url}',
      bound: { at: 'query:bodySHA256', equals: '{body-sha256-hex}' },
      key: { form: 'utf8' },
    },
    {
      name: 'x-twilio-signature-form',
      kind: 'hmac',
      hash: 'sha1',
      at: 'header:x-twilio-signature',
      encoding: 'base64',
      when: { at: 'query:bodySHA256', absent: true },
      signed: '{url}{form-sorted}',
      key: { form: 'utf8' },
    },
  ],
  id: ['header:i-twilio-idempotency-token'],
  type: ['body:/MessageStatus', 'body:/CallStatus', 'body:/EventType'],
  deadlineSeconds: 15,
  setup: 'Console → Account → API keys & tokens → Auth token (primary).',
}

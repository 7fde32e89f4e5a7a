import type { HmacScheme, Provider } from './types.ts'

const base = {
  kind: 'hmac',
  hash: 'sha1',
  at: 'header:x-twilio-signature',
  encoding: 'base64',
  key: { form: 'utf8' },
} as const

/** Twilio's own libraries try the URL as it is and with its port written out. */
const schemes: readonly HmacScheme[] = (['url', 'url-port'] as const).flatMap((url): HmacScheme[] => [
  {
    ...base,
    name: `x-twilio-signature-json-${url}`,
    when: { at: 'query:bodySHA256' },
    signed: `{${url}}`,
    bound: { at: 'query:bodySHA256', equals: '{body-sha256-hex}' },
  },
  {
    ...base,
    name: `x-twilio-signature-form-${url}`,
    when: { at: 'query:bodySHA256', absent: true },
    signed: `{${url}}{form-sorted}`,
  },
])

/** The URL is signed: set PUBLIC_URL. Of a form all fields are signed; other bodies by their hash, which is part of the URL. */
export const twilio: Provider = {
  name: 'twilio',
  title: 'Twilio',
  docs: 'https://www.twilio.com/docs/usage/webhooks/webhooks-security',
  confidence: 'official SDK',
  schemes,
  id: ['header:i-twilio-idempotency-token'],
  type: ['body:/MessageStatus', 'body:/CallStatus', 'body:/EventType'],
  deadlineSeconds: 15,
  // TwiML or nothing: https://www.twilio.com/docs/api/errors/15003
  answer: { status: 204, body: '' },
  setup: 'Console → Account → API keys & tokens → Auth token (primary).',
}

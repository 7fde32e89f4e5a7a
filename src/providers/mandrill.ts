import type { Provider } from './types.ts'

/** The URL is signed: set PUBLIC_URL. */
export const mandrill: Provider = {
  name: 'mandrill',
  title: 'Mailchimp Transactional',
  docs: 'https://mailchimp.com/developer/transactional/guides/track-respond-activity-webhooks/',
  confidence: 'computed',
  secondHand: true,
  schemes: [
    {
      name: 'x-mandrill-signature',
      kind: 'hmac',
      hash: 'sha1',
      at: 'header:x-mandrill-signature',
      encoding: 'base64',
      signed: '{url}{form-sorted}',
      key: { form: 'utf8' },
    },
  ],
  id: [],
  type: [],
  handshakes: [
    { method: 'HEAD', answer: {} },
    { method: 'POST', proof: 'none', body: 'mandrill_events=(?:\\[\\]|%5B%5D)', answer: {} },
  ],
  setup: 'Settings → Webhooks → the webhook → Key.',
}

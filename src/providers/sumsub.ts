import type { Provider } from './types.ts'

/** The request names its hash; SHA-1 is not accepted. */
export const sumsub: Provider = {
  name: 'sumsub',
  title: 'Sumsub',
  docs: 'https://docs.sumsub.com/docs/webhook-manager',
  confidence: 'computed',
  secondHand: true,
  schemes: [
    {
      name: 'hmac-sha256',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-payload-digest',
      encoding: 'hex',
      when: { at: 'header:x-payload-digest-alg', is: 'hmac_sha256_hex' },
      signed: '{body}',
      key: { form: 'utf8' },
    },
    {
      name: 'hmac-sha512',
      kind: 'hmac',
      hash: 'sha512',
      at: 'header:x-payload-digest',
      encoding: 'hex',
      when: { at: 'header:x-payload-digest-alg', is: 'hmac_sha512_hex' },
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: [],
  type: ['body:/type'],
  deadlineSeconds: 5,
  retries: 'after 5 min, 1 h, 5 h and 18 h',
  setup: 'Dashboard → Dev space → Webhooks → Webhook manager → the webhook → Secret key.',
}

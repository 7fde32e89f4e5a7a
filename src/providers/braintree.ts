import type { Provider } from './types.ts'

/** A form of two fields. bt_signature lists public keys, each with its signature; the key of the HMAC is the SHA-1 of the private key. */
export const braintree: Provider = {
  name: 'braintree',
  title: 'Braintree',
  docs: 'https://developer.paypal.com/braintree/docs/guides/webhooks/parse/node',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'bt-signature',
      kind: 'hmac',
      hash: 'sha1',
      at: 'form:bt_signature',
      encoding: 'hex',
      list: { separator: '&', assign: '|' },
      signed: '{form:bt_payload}',
      givenAway: '[0-9a-f]{20,32}',
      key: { form: 'sha1' },
    },
    {
      name: 'bt-signature-newline',
      kind: 'hmac',
      hash: 'sha1',
      at: 'form:bt_signature',
      encoding: 'hex',
      list: { separator: '&', assign: '|' },
      signed: '{form:bt_payload}\n',
      key: { form: 'sha1' },
    },
  ],
  id: [],
  type: [],
  deadlineSeconds: 30,
  retries: 'hourly, for up to 24 h',
  handshakes: [
    {
      method: 'GET',
      when: [{ at: 'query:bt_challenge', fits: '[0-9a-f]{20,32}' }],
      answer: {
        text: { kind: 'hmac', hash: 'sha1', encoding: 'hex', of: '{query:bt_challenge}', prefix: '{verify-token}|' },
      },
    },
  ],
  setup: 'Control Panel → API keys → the private key.',
}

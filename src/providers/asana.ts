import type { Provider } from './types.ts'

export const asana: Provider = {
  name: 'asana',
  title: 'Asana',
  docs: 'https://developers.asana.com/docs/webhooks-guide',
  confidence: 'computed',
  schemes: [
    {
      name: 'x-hook-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-hook-signature',
      encoding: 'hex',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: [],
  type: [],
  deadlineSeconds: 10,
  retries: 'for up to 24 h',
  handshakes: [
    {
      method: 'POST',
      proof: 'none',
      when: [{ at: 'header:x-hook-secret', fits: '[!-~]{16,256}' }],
      token: 'query:verify_token',
      secret: 'header:x-hook-secret',
      answer: { headers: { 'x-hook-secret': '{header:x-hook-secret}' } },
    },
  ],
  setup: 'The X-Hook-Secret header of the handshake that Asana made when the webhook was created.',
}

import type { Provider } from './types.ts'

/** A form whose decoded `payload` field is signed. */
export const travis: Provider = {
  name: 'travis',
  title: 'Travis CI',
  docs: 'https://docs.travis-ci.com/user/notifications/#verifying-webhook-requests',
  confidence: 'computed',
  schemes: [
    {
      name: 'signature',
      kind: 'rsa',
      hash: 'sha1',
      at: 'header:signature',
      encoding: 'base64',
      signed: '{form:payload}',
      key: { form: 'public-key' },
    },
  ],
  id: [],
  type: [],
  setup: 'config.notifications.webhook.public_key of https://api.travis-ci.com/config.',
}

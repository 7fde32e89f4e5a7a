import type { Provider } from './types.ts'

export const clickup: Provider = {
  name: 'clickup',
  title: 'ClickUp',
  docs: 'https://developer.clickup.com/docs/webhooksignature',
  confidence: 'computed',
  schemes: [
    {
      name: 'x-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-signature',
      encoding: 'hex',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: [],
  type: ['body:/event'],
  deadlineSeconds: 7,
  retries: 'up to 5 attempts',
  setup: "webhook.secret of the API's answer when the webhook was created.",
}

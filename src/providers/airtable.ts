import type { Provider } from './types.ts'

/** A ping without content: what changed is fetched from the API. */
export const airtable: Provider = {
  name: 'airtable',
  title: 'Airtable',
  docs: 'https://airtable.com/developers/web/api/webhooks-overview',
  confidence: 'computed',
  secondHand: true,
  schemes: [
    {
      name: 'x-airtable-content-mac',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-airtable-content-mac',
      encoding: 'hex',
      prefix: 'hmac-sha256=',
      signed: '{body}',
      key: { form: 'base64' },
    },
  ],
  id: [],
  type: [],
  deadlineSeconds: 25,
  answer: { body: '' },
  setup: "macSecretBase64 of the API's answer when the webhook was created.",
}

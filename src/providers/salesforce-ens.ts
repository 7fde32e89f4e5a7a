import type { Provider } from './types.ts'

export const salesforceEns: Provider = {
  name: 'salesforce-ens',
  title: 'Salesforce Marketing Cloud',
  docs: 'https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/ens-notification-signing.html',
  confidence: 'computed',
  schemes: [
    {
      name: 'x-sfmc-ens-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-sfmc-ens-signature',
      encoding: 'base64',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: [],
  type: ['body:/0/eventCategoryType'],
  setup: "The signature key of the callback, from the API's answer when it was created.",
}

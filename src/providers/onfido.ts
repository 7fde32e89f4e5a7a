import type { Provider } from './types.ts'

export const onfido: Provider = {
  name: 'onfido',
  title: 'Onfido',
  docs: 'https://github.com/onfido/onfido-node',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'x-sha2-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-sha2-signature',
      encoding: 'hex',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: [],
  type: ['body:/payload/action'],
  deadlineSeconds: 10,
  setup: "The webhook's token, from the API's answer when it was created.",
}

import type { Provider } from './types.ts'

export const sinchNumbers: Provider = {
  name: 'sinch-numbers',
  title: 'Sinch Numbers',
  docs: 'https://github.com/sinch/sinch-sdk-node',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'x-sinch-signature',
      kind: 'hmac',
      hash: 'sha1',
      at: 'header:x-sinch-signature',
      encoding: 'hex',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: ['body:/eventId'],
  type: ['body:/eventType'],
  setup: "hmacSecret of the project's callback configuration.",
}

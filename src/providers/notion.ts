import type { Provider } from './types.ts'

export const notion: Provider = {
  name: 'notion',
  title: 'Notion',
  docs: 'https://developers.notion.com/reference/webhooks',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'x-notion-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-notion-signature',
      encoding: 'hex',
      prefix: 'sha256=',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: ['body:/id'],
  type: ['body:/type'],
  setup: 'The verification_token that Notion posted when the subscription was created.',
}

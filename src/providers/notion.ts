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
  handshakes: [
    {
      method: 'POST',
      proof: 'any',
      body: '\\{\\s*"verification_token"\\s*:\\s*"(?<secret>[\\w.=+/-]{16,256})"\\s*\\}\\s*',
      token: 'query:verify_token',
      secret: 'match:secret',
      answer: {},
    },
  ],
  setup: 'The verification_token that Notion posted when the subscription was created.',
}

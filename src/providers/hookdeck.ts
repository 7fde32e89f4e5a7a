import type { Provider } from './types.ts'

/** During a rotation the second header is signed with the other secret. */
export const hookdeck: Provider = {
  name: 'hookdeck',
  title: 'Hookdeck',
  docs: 'https://hookdeck.com/docs/guides/how-to-verify-incoming-webhooks',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'x-hookdeck-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-hookdeck-signature',
      encoding: 'base64',
      signed: '{body}',
      key: { form: 'utf8' },
    },
    {
      name: 'x-hookdeck-signature-2',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-hookdeck-signature-2',
      encoding: 'base64',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: ['header:x-hookdeck-eventid'],
  type: [],
  setup: 'Settings → Secrets → Signing secret.',
}

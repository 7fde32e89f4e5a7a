import type { Provider } from './types.ts'

/** message_token is a number beyond what JSON readers keep exactly, so it is no id. */
export const viber: Provider = {
  name: 'viber',
  title: 'Viber',
  docs: 'https://github.com/Viber/viber-bot-node',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'x-viber-content-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-viber-content-signature',
      encoding: 'hex',
      signed: '{body}',
      key: { form: 'utf8' },
    },
    {
      name: 'sig',
      kind: 'hmac',
      hash: 'sha256',
      at: 'query:sig',
      encoding: 'hex',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: [],
  type: ['body:/event'],
  setup: "The bot's authentication token.",
}

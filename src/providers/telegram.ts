import type { Provider } from './types.ts'

/** Unsigned: the token itself is sent. */
export const telegram: Provider = {
  name: 'telegram',
  title: 'Telegram',
  docs: 'https://core.telegram.org/bots/api#setwebhook',
  confidence: 'computed',
  schemes: [
    {
      name: 'x-telegram-bot-api-secret-token',
      kind: 'token',
      at: 'header:x-telegram-bot-api-secret-token',
      key: { form: 'utf8' },
    },
  ],
  id: ['body:/update_id'],
  type: [],
  setup: 'The secret_token given to setWebhook.',
}

import MessageValidator from 'viber-bot/lib/message/message-validator.js'
import type { Library } from '../harness.ts'

const silent = { debug: () => {} }

export const library: Library = {
  provider: 'viber',
  name: 'viber-bot',
  verify: ({ headers, body, secret }) =>
    new MessageValidator(silent, secret).validateMessage(headers['x-viber-content-signature'], body),
}

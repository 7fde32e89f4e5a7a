import type { Provider } from './types.ts'

/** A body holds a list of events (empty for a test) and has no id of its own. */
export const line: Provider = {
  name: 'line',
  title: 'LINE',
  docs: 'https://github.com/line/line-bot-sdk-nodejs',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'x-line-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-line-signature',
      encoding: 'base64',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: [],
  type: ['body:/events/0/type'],
  deadlineSeconds: 2,
  setup: 'LINE Developers Console → the channel → Basic settings → Channel secret.',
}

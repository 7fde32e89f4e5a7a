import type { Provider } from './types.ts'

/** Unsigned: HTTP Basic authentication. A body is a batch of events. */
export const sparkpost: Provider = {
  name: 'sparkpost',
  title: 'SparkPost',
  docs: 'https://developers.sparkpost.com/api/webhooks/',
  confidence: 'computed',
  schemes: [{ name: 'basic', kind: 'token', at: 'header:authorization', basic: true, key: { form: 'utf8' } }],
  id: ['header:x-messagesystems-batch-id'],
  type: ['body:/0/msys/message_event/type'],
  deadlineSeconds: 10,
  retries: 'for 8 h',
  setup: "The webhook's Basic auth credentials, as user:password.",
}

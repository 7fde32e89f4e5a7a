import type { Provider } from './types.ts'

/** Other versions than v1 in the list are ignored. */
export const circleci: Provider = {
  name: 'circleci',
  title: 'CircleCI',
  docs: 'https://circleci.com/docs/outbound-webhooks/',
  confidence: 'official docs',
  schemes: [
    {
      name: 'circleci-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:circleci-signature',
      encoding: 'hex',
      list: { separator: ',', assign: '=', label: 'v1' },
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: ['body:/id'],
  type: ['header:circleci-event-type', 'body:/type'],
  deadlineSeconds: 10,
  setup: 'Project Settings → Webhooks → the webhook → Secret token.',
}

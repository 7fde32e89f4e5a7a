import type { Provider } from './types.ts'

export const jira: Provider = {
  name: 'jira',
  title: 'Jira',
  docs: 'https://developer.atlassian.com/cloud/jira/platform/webhooks/',
  confidence: 'official docs',
  secondHand: true,
  schemes: [
    {
      name: 'x-hub-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-hub-signature',
      encoding: 'hex',
      prefix: 'sha256=',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: ['header:x-atlassian-webhook-identifier'],
  type: ['body:/webhookEvent'],
  deadlineSeconds: 30,
  setup: 'System → WebHooks → the webhook → Secret.',
}

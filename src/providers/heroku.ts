import type { Provider } from './types.ts'

export const heroku: Provider = {
  name: 'heroku',
  title: 'Heroku',
  docs: 'https://devcenter.heroku.com/articles/app-webhooks',
  confidence: 'computed',
  secondHand: true,
  schemes: [
    {
      name: 'heroku-webhook-hmac-sha256',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:heroku-webhook-hmac-sha256',
      encoding: 'base64',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: ['body:/id'],
  type: [['body:/resource', 'body:/action']],
  retries: 'where its level is sync',
  setup: 'The --secret that the webhook was added with, or the one that was generated.',
}

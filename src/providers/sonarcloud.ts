import type { Provider } from './types.ts'

export const sonarcloud: Provider = {
  name: 'sonarcloud',
  title: 'SonarQube',
  docs: 'https://docs.sonarsource.com/sonarqube-cloud/advanced-setup/webhooks',
  confidence: 'computed',
  secondHand: true,
  schemes: [
    {
      name: 'x-sonar-webhook-hmac-sha256',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-sonar-webhook-hmac-sha256',
      encoding: 'hex',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: ['body:/taskId'],
  type: [],
  deadlineSeconds: 10,
  setup: 'Administration → Webhooks → the webhook → Secret.',
}

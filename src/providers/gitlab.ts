import { standardWebhooksV1 } from './standard-webhooks.ts'
import type { Provider } from './types.ts'

/** A signing token (whsec_…) is never accepted as a plain token. */
export const gitlab: Provider = {
  name: 'gitlab',
  title: 'GitLab',
  docs: 'https://docs.gitlab.com/user/project/integrations/webhooks/',
  confidence: 'computed',
  schemes: [
    { ...standardWebhooksV1, key: { form: 'base64', prefix: 'whsec_', prefixRequired: true } },
    { name: 'x-gitlab-token', kind: 'token', at: 'header:x-gitlab-token', key: { form: 'utf8', not: 'whsec_' } },
  ],
  id: ['header:webhook-id', 'header:idempotency-key'],
  type: ['header:x-gitlab-event', 'body:/object_kind'],
  deadlineSeconds: 10,
  setup: 'Settings → Webhooks → the webhook → Signing token (whsec_…), or else its Secret token.',
}

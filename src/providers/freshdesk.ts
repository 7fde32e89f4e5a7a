import { tokenSchemes } from './token.ts'
import type { Provider } from './types.ts'

export const freshdesk: Provider = {
  name: 'freshdesk',
  title: 'Freshdesk',
  docs: 'https://support.freshdesk.com/support/solutions/articles/132589-using-webhooks-in-automation-rules',
  confidence: 'unsigned',
  known:
    'Nothing is signed; the webhook of an automation rule can send basic auth and custom headers. The body is a template of yours.',
  schemes: tokenSchemes,
  id: [],
  type: [],
  setup:
    'A token of your own: the rule → Trigger webhook → Custom headers → X-Webhook-Token; or its basic auth, given here as user:password.',
}

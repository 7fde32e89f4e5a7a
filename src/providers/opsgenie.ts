import { tokenSchemes } from './token.ts'
import type { Provider } from './types.ts'

export const opsgenie: Provider = {
  name: 'opsgenie',
  title: 'Opsgenie',
  docs: 'https://support.atlassian.com/opsgenie/docs/integrate-opsgenie-with-webhook/',
  confidence: 'unsigned',
  known: 'No signature is documented; headers can be added. Atlassian is retiring the product.',
  schemes: tokenSchemes,
  id: [],
  type: ['body:/action'],
  setup: 'A token of your own: Settings → Integrations → Webhook → Custom headers → X-Webhook-Token.',
}

import { tokenSchemes } from './token.ts'
import type { Provider } from './types.ts'

export const jotform: Provider = {
  name: 'jotform',
  title: 'Jotform',
  docs: 'https://www.jotform.com/help/245-how-to-send-submission-data-via-a-webhook/',
  confidence: 'unsigned',
  known:
    'Nothing is signed, and headers cannot be added. Submissions are multipart forms, with the answers as JSON in rawRequest.',
  schemes: tokenSchemes,
  id: [],
  type: [],
  setup: 'A token of your own: Form → Settings → Integrations → Webhooks, with ?token=… at its end.',
}

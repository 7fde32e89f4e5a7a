import { tokenSchemes } from './token.ts'
import type { Provider } from './types.ts'

export const railway: Provider = {
  name: 'railway',
  title: 'Railway',
  docs: 'https://docs.railway.com/observability/webhooks',
  confidence: 'unsigned',
  known:
    'No authentication is documented, and headers cannot be added. The Test Webhook button sends from the browser, so CORS_ORIGIN must allow it.',
  schemes: tokenSchemes,
  id: [],
  type: ['body:/type'],
  setup: 'A token of your own: Project → Settings → Webhooks → the URL, with ?token=… at its end.',
}

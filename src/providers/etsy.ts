import { tokenSchemes } from './token.ts'
import type { Provider } from './types.ts'

export const etsy: Provider = {
  name: 'etsy',
  title: 'Etsy',
  docs: 'https://developers.etsy.com/documentation/essentials/webhooks',
  confidence: 'not verified',
  known:
    "Etsy's page speaks of a signing secret; elsewhere it is said to sign as Standard Webhooks does, which could not be confirmed. To have that checked, set ETSY_WEBHOOK_PROVIDER=standard-webhooks and give the whsec_… secret.",
  schemes: tokenSchemes,
  id: ['body:/event_id'],
  type: ['body:/event_type'],
  setup: 'A token of your own, in the callback URL: ?token=… at its end.',
}

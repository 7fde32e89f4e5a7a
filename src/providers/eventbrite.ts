import { tokenSchemes } from './token.ts'
import type { Provider } from './types.ts'

export const eventbrite: Provider = {
  name: 'eventbrite',
  title: 'Eventbrite',
  docs: 'https://www.eventbrite.com/platform/docs/webhooks',
  confidence: 'unsigned',
  known:
    'Nothing is signed; Eventbrite asks for a private, unpublished URL. The payload names an object (api_url) to be fetched.',
  schemes: tokenSchemes,
  id: [],
  type: ['body:/config/action'],
  setup: 'A token of your own: Account → Developer → Webhooks → Payload URL, with ?token=… at its end.',
}

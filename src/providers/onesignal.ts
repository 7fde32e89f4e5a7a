import { tokenSchemes } from './token.ts'
import type { Provider } from './types.ts'

export const onesignal: Provider = {
  name: 'onesignal',
  title: 'OneSignal',
  docs: 'https://documentation.onesignal.com/docs/event-streams',
  confidence: 'unsigned',
  known: 'Nothing is signed; an event stream has the headers and the body that you give it.',
  schemes: tokenSchemes,
  id: [],
  type: [],
  setup: 'A token of your own: Data → Event Streams → the stream → Headers → Authorization: Bearer ….',
}

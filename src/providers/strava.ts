import { tokenSchemes } from './token.ts'
import type { Provider } from './types.ts'

export const strava: Provider = {
  name: 'strava',
  title: 'Strava',
  docs: 'https://developers.strava.com/docs/webhooks/',
  confidence: 'unsigned',
  known:
    'Nothing is signed; verify_token serves for the registration only. The payload names an activity or athlete to be fetched.',
  schemes: tokenSchemes,
  id: [],
  type: [['body:/object_type', 'body:/aspect_type']],
  deadlineSeconds: 2,
  retries: 'twice',
  handshakes: [
    {
      method: 'GET',
      when: [{ at: 'query:hub.mode', is: 'subscribe' }],
      token: 'query:hub.verify_token',
      answer: { json: { 'hub.challenge': '{query:hub.challenge}' } },
    },
  ],
  setup: 'A token of your own, in the callback_url of the subscription: ?token=… at its end.',
}

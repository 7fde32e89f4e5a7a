import { tokenSchemes } from './token.ts'
import type { Provider } from './types.ts'

export const dialpad: Provider = {
  name: 'dialpad',
  title: 'Dialpad',
  docs: 'https://developers.dialpad.com/reference/webhookscreate',
  confidence: 'not verified',
  known:
    "With a secret of its own a webhook's whole body is a JWT (HS256), which is not read here; without one it sends plain JSON, unsigned. Leave Dialpad's secret empty and use a token.",
  schemes: tokenSchemes,
  id: [],
  type: [],
  // https://developers.dialpad.com/docs/webhook-delivery-failures
  deadlineSeconds: 5,
  retries: '2 to 10 times after 5xx, by kind of event',
  setup: 'A token of your own, in the hook_url: ?token=… at its end.',
}

import { tokenSchemes } from './token.ts'
import type { Provider } from './types.ts'

export const withings: Provider = {
  name: 'withings',
  title: 'Withings',
  docs: 'https://developer.withings.com/developer-guide/v3/data-api/keep-user-data-up-to-date/',
  confidence: 'unsigned',
  known: 'Nothing is signed. Withings publishes its addresses as DNS records, to be allowed for each cloud.',
  schemes: tokenSchemes,
  id: [],
  type: ['body:/appli'],
  addresses: 'https://developer.withings.com/developer-guide/v3/data-api/keep-user-data-up-to-date/',
  deadlineSeconds: 2,
  retries: 'up to ten times within about five hours',
  handshakes: [
    { method: 'HEAD', answer: {} },
    { method: 'GET', answer: {} },
  ],
  setup: 'A token of your own, in the callbackurl of the subscription: ?token=… at its end.',
}

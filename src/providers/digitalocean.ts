import { tokenSchemes } from './token.ts'
import type { Provider } from './types.ts'

export const digitalocean: Provider = {
  name: 'digitalocean',
  title: 'DigitalOcean',
  docs: 'https://docs.digitalocean.com/products/monitoring/',
  confidence: 'not verified',
  known:
    'Alerts go to e-mail addresses and Slack webhook URLs; whether any other URL is taken, and what it would be sent, is not documented.',
  schemes: tokenSchemes,
  id: [],
  type: [],
  setup: 'A token of your own, in the URL: ?token=… at its end.',
}

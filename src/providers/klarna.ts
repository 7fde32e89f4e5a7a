import { tokenSchemes } from './token.ts'
import type { Provider } from './types.ts'

export const klarna: Provider = {
  name: 'klarna',
  title: 'Klarna',
  docs: 'https://docs.klarna.com/acquirer/klarna-network/setup-your-integration/connection-configuration/setup-your-webhooks/',
  confidence: 'not verified',
  known:
    'Klarna-Signature is an HMAC-SHA256 of the body; whether in hex or base64, and in which form its key is used, could not be read. To have the key tried as text, in either encoding, set KLARNA_WEBHOOK_PROVIDER=generic and KLARNA_WEBHOOK_HEADER=Klarna-Signature.',
  schemes: tokenSchemes,
  id: ['body:/metadata/event_id'],
  type: ['body:/metadata/event_type'],
  retries: 'at growing intervals, for up to 12 hours',
  setup: "A token of your own, in the webhook's URL: ?token=… at its end.",
}

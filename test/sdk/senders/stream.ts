import { StreamChat } from 'stream-chat'
import type { Library } from '../harness.ts'

export const library: Library = {
  provider: 'stream',
  name: 'stream-chat',
  verify: ({ headers, body, secret }) =>
    new StreamChat('key', secret).verifyWebhook(body, headers['x-signature'] ?? ''),
}

import { verifyKey } from 'discord-interactions'
import type { Library } from '../harness.ts'

export const library: Library = {
  provider: 'discord',
  name: 'discord-interactions',
  verify: ({ headers, body, secret }) =>
    verifyKey(body, headers['x-signature-ed25519'] ?? '', headers['x-signature-timestamp'] ?? '', secret),
}

import { createSecretKey } from 'node:crypto'
import { verify } from 'messagebird/lib/webhook-signature-jwt.js'
import type { Library } from '../harness.ts'

export const library: Library = {
  provider: 'messagebird',
  name: 'messagebird',
  verify: async ({ url, headers, body, secret }) => {
    const key = createSecretKey(Buffer.from(secret))
    await verify(url, Buffer.from(body), headers['messagebird-signature-jwt'] ?? '', key)
    return true
  },
}

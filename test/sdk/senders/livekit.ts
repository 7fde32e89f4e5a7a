import { createHash } from 'node:crypto'
import { AccessToken, WebhookReceiver } from 'livekit-server-sdk'
import type { Library } from '../harness.ts'

export const library: Library = {
  provider: 'livekit',
  name: 'livekit-server-sdk',
  verify: async ({ headers, body, secret }) => {
    await new WebhookReceiver('APIkey', secret).receive(body, headers['authorization'])
    return true
  },
  sign: async ({ body, secret }) => {
    const token = new AccessToken('APIkey', secret, { ttl: 300 })
    token.sha256 = createHash('sha256').update(body).digest('base64')
    return [{ headers: { authorization: await token.toJwt() } }]
  },
}

import { ElevenLabsClient } from '@elevenlabs/elevenlabs-js'
import type { Library } from '../harness.ts'

const { webhooks } = new ElevenLabsClient({ apiKey: 'unused' })

export const library: Library = {
  provider: 'elevenlabs',
  name: '@elevenlabs/elevenlabs-js',
  verify: async ({ headers, body, secret }) => {
    await webhooks.constructEvent(body, headers['elevenlabs-signature'] ?? '', secret)
    return true
  },
}

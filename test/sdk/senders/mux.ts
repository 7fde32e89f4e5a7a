import Mux from '@mux/mux-node'
import type { Library } from '../harness.ts'

const { webhooks } = new Mux({ tokenId: 'unused', tokenSecret: 'unused' })

export const library: Library = {
  provider: 'mux',
  name: '@mux/mux-node',
  verify: async ({ headers, body, secret }) => {
    await webhooks.verifySignature(body, headers, secret)
    return true
  },
}

import Telnyx from 'telnyx'
import type { Library } from '../harness.ts'

const { webhooks } = new Telnyx({ apiKey: 'unused' })

export const library: Library = {
  provider: 'telnyx',
  name: 'telnyx',
  verify: async ({ headers, body, secret }) => {
    await webhooks.unwrap(body, { headers, key: secret })
    return true
  },
}

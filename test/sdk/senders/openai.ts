import OpenAI from 'openai'
import type { Library } from '../harness.ts'

const { webhooks } = new OpenAI({ apiKey: 'unused' })

export const library: Library = {
  provider: 'openai',
  name: 'openai',
  verify: async ({ headers, body, secret }) => {
    await webhooks.verifySignature(body, headers, secret)
    return true
  },
}

import { Resend } from 'resend'
import type { Library } from '../harness.ts'

const { webhooks } = new Resend('re_unused')

export const library: Library = {
  provider: 'resend',
  name: 'resend',
  verify: ({ headers, body, secret }) => {
    const of = (name: string) => headers[`svix-${name}`] ?? headers[`webhook-${name}`] ?? ''
    const proof = { id: of('id'), timestamp: of('timestamp'), signature: of('signature') }
    webhooks.verify({ payload: body, headers: proof, webhookSecret: secret })
    return true
  },
}

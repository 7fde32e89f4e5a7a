import { validateEvent, WebhookVerificationError } from '@polar-sh/sdk/webhooks.js'
import type { Library } from '../harness.ts'

export const library: Library = {
  provider: 'polar',
  name: '@polar-sh/sdk',
  verify: ({ headers, body, secret }) => {
    try {
      validateEvent(body, headers, secret)
      return true
    } catch (error) {
      // What comes after is about the event's fields, of which the vector has few.
      return !(error instanceof WebhookVerificationError)
    }
  },
}

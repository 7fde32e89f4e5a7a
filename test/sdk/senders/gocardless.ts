import { parse } from 'gocardless-nodejs/webhooks'
import type { Library } from '../harness.ts'

export const library: Library = {
  provider: 'gocardless',
  name: 'gocardless-nodejs',
  verify: ({ headers, body, secret }) => {
    parse(body, secret, headers['webhook-signature'] ?? '')
    return true
  },
}

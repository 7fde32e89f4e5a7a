import { basicAuthValidator } from 'chargebee'
import type { Library } from '../harness.ts'

export const library: Library = {
  provider: 'chargebee',
  name: 'chargebee',
  verify: async ({ headers, secret }) => {
    await basicAuthValidator((user, password) => `${user}:${password}` === secret)({ ...headers })
    return true
  },
}

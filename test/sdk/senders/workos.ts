import { WorkOS } from '@workos-inc/node'
import type { Library } from '../harness.ts'

const { webhooks } = new WorkOS('sk_unused')

export const library: Library = {
  provider: 'workos',
  name: '@workos-inc/node',
  verify: ({ headers, body, secret }) =>
    webhooks.verifyHeader({ payload: JSON.parse(body), sigHeader: headers['workos-signature'] ?? '', secret }),
  sign: async ({ body, secret, nowSeconds }) => {
    const time = nowSeconds * 1000
    const signature = await webhooks.computeSignature(time, JSON.parse(body), secret)
    return [{ headers: { 'workos-signature': `t=${time}, v1=${signature}` } }]
  },
}

import { sign, verify } from '@octokit/webhooks-methods'
import type { Library } from '../harness.ts'

export const library: Library = {
  provider: 'github',
  name: '@octokit/webhooks-methods',
  verify: ({ headers, body, secret }) => verify(secret, body, headers['x-hub-signature-256'] ?? ''),
  sign: async ({ body, secret }) => [{ headers: { 'x-hub-signature-256': await sign(secret, body) } }],
}

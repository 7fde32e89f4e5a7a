import { verifyRequestSignature } from 'customerio-node'
import type { Library } from '../harness.ts'

export const library: Library = {
  provider: 'customerio',
  name: 'customerio-node',
  verify: ({ headers, body, secret }) =>
    verifyRequestSignature({
      signingSecret: secret,
      timestamp: headers['x-cio-timestamp'] ?? '',
      signature: headers['x-cio-signature'] ?? '',
      body,
    }),
}

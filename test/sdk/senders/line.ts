import { validateSignature } from '@line/bot-sdk'
import type { Library } from '../harness.ts'

export const library: Library = {
  provider: 'line',
  name: '@line/bot-sdk',
  verify: ({ headers, body, secret }) => validateSignature(body, secret, headers['x-line-signature'] ?? ''),
}

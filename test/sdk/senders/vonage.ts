import { verifySignature } from '@vonage/jwt'
import type { Library } from '../harness.ts'

export const library: Library = {
  provider: 'vonage',
  name: '@vonage/jwt',
  ignoresBody: true,
  verify: ({ headers, secret }) => verifySignature((headers['authorization'] ?? '').replace('Bearer ', ''), secret),
}

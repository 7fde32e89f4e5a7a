import { validateV3Signature } from 'plivo'
import type { Library } from '../harness.ts'

export const library: Library = {
  provider: 'plivo',
  name: 'plivo',
  verify: ({ url, headers, body, secret }) =>
    validateV3Signature(
      'POST',
      url,
      headers['x-plivo-signature-v3-nonce'] ?? '',
      secret,
      headers['x-plivo-signature-v3'] ?? headers['x-plivo-signature-ma-v3'] ?? '',
      Object.fromEntries(new URLSearchParams(body)),
    ) === true,
}

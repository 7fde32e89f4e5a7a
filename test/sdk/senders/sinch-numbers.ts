// Not by its name: its entry wants the whole of Sinch.

import type { Library } from '../harness.ts'
import { validateSignatureHeader } from '../node_modules/@sinch/sdk-client/dist/utils/authorization.helper.js'

export const library: Library = {
  provider: 'sinch-numbers',
  name: '@sinch/sdk-client',
  verify: ({ headers, body, secret }) => validateSignatureHeader(secret, headers, body),
}

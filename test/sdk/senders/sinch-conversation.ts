// Not by its name: its entry wants the whole of Sinch.

import type { Library } from '../harness.ts'
import {
  calculateWebhookSignature,
  computeSignedData,
  validateWebhookSignature,
} from '../node_modules/@sinch/sdk-client/dist/utils/authorization.helper.js'

export const library: Library = {
  provider: 'sinch-conversation',
  name: '@sinch/sdk-client',
  verify: ({ headers, body, secret }) => validateWebhookSignature(secret, headers, body),
  sign: ({ body, secret, id, nowSeconds }) => [
    {
      headers: {
        'x-sinch-webhook-signature-nonce': id,
        'x-sinch-webhook-signature-timestamp': String(nowSeconds),
        'x-sinch-webhook-signature': calculateWebhookSignature(computeSignedData(body, id, String(nowSeconds)), secret),
      },
    },
  ],
}

import { hmacValidator as HmacValidator } from '@adyen/api-library'
import type { Library } from '../harness.ts'

const validator = new HmacValidator()

export const library: Library = {
  provider: 'adyen',
  name: '@adyen/api-library',
  verify: ({ headers, body, secret }) => {
    const signature = headers['hmacsignature']
    if (signature !== undefined) return validator.validateHMACSignature(secret, signature, body)
    return validator.validateHMAC(JSON.parse(body).notificationItems[0].NotificationRequestItem, secret)
  },
  sign: ({ body, secret }) => [{ headers: { hmacsignature: validator.calculateHmac(body, secret) } }],
}

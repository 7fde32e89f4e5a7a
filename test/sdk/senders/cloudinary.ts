import { v2 as cloudinary } from 'cloudinary'
import type { Library } from '../harness.ts'

const algorithms = ['sha1', 'sha256'] as const

export const library: Library = {
  provider: 'cloudinary',
  name: 'cloudinary',
  verify: ({ headers, body, secret }) =>
    algorithms.some((algorithm) => {
      cloudinary.config({ api_secret: secret, signature_algorithm: algorithm })
      const { 'x-cld-timestamp': time, 'x-cld-signature': signature = '' } = headers
      return cloudinary.utils.verifyNotificationSignature(body, Number(time), signature)
    }),
  sign: ({ body, secret, nowSeconds }) =>
    algorithms.map((algorithm) => ({
      headers: {
        'x-cld-timestamp': String(nowSeconds),
        'x-cld-signature': cloudinary.utils.webhook_signature(body, nowSeconds, {
          api_secret: secret,
          signature_algorithm: algorithm,
        }),
      },
    })),
}

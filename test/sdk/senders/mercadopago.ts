import { WebhookSignatureValidator } from 'mercadopago'
import type { Library } from '../harness.ts'

export const library: Library = {
  provider: 'mercadopago',
  name: 'mercadopago',
  verify: ({ url, headers, secret }) => {
    WebhookSignatureValidator.validate({
      xSignature: headers['x-signature'],
      xRequestId: headers['x-request-id'],
      dataId: new URL(url).searchParams.get('data.id'),
      secret,
    })
    return true
  },
}

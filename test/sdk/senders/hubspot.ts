import { Signature } from '@hubspot/api-client'
import type { Library, Signed } from '../harness.ts'

export const library: Library = {
  provider: 'hubspot',
  name: '@hubspot/api-client',
  verify: ({ url, headers, body, secret }) => {
    const v3 = headers['x-hubspot-signature-v3']
    return Signature.isValid({
      method: 'POST',
      url,
      requestBody: body,
      clientSecret: secret,
      signature: v3 ?? headers['x-hubspot-signature'] ?? '',
      signatureVersion: v3 === undefined ? (headers['x-hubspot-signature-version'] ?? '') : 'v3',
      timestamp: Number(headers['x-hubspot-request-timestamp']),
    })
  },
  sign: ({ body, secret, nowSeconds }) => {
    const url = 'https://hooks.example.com/webhook/test?a=1'
    const timestamp = nowSeconds * 1000
    const signed = (version: string) =>
      Signature.getSignature('POST', version, {
        signature: '',
        clientSecret: secret,
        requestBody: body,
        url,
        timestamp,
      })
    const older = (version: string): Signed => ({
      url,
      headers: { 'x-hubspot-signature-version': version, 'x-hubspot-signature': signed(version) },
    })
    const headers = { 'x-hubspot-request-timestamp': String(timestamp), 'x-hubspot-signature-v3': signed('v3') }
    return [older('v1'), older('v2'), { url, headers }]
  },
}

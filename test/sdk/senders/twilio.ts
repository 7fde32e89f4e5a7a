import { createHash } from 'node:crypto'
import twilio from 'twilio'
import type { Library } from '../harness.ts'

export const library: Library = {
  provider: 'twilio',
  name: 'twilio',
  verify: ({ url, headers, body, secret }) => {
    const signature = headers['x-twilio-signature'] ?? ''
    if (new URL(url).searchParams.has('bodySHA256')) return twilio.validateRequestWithBody(secret, signature, url, body)
    return twilio.validateRequest(secret, signature, url, Object.fromEntries(new URLSearchParams(body)))
  },
  sign: ({ secret }) => {
    const signed = (url: string, fields: Record<string, string>) => ({
      'x-twilio-signature': twilio.getExpectedTwilioSignature(secret, url, fields),
    })
    const fields = { From: '+14158675309', Body: 'é & + %' }
    const plain = 'https://hooks.example.com/webhook/test?a=1&b=2'
    const json = '{"EventType":"onMessageAdded"}'
    const hashed = `${plain}&bodySHA256=${createHash('sha256').update(json).digest('hex')}`
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    return [
      { url: plain, headers: { ...form, ...signed(plain, fields) }, body: new URLSearchParams(fields).toString() },
      { url: hashed, headers: { 'content-type': 'application/json', ...signed(hashed, {}) }, body: json },
    ]
  },
}

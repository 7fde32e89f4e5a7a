import type { Provider } from './types.ts'

/**
 * What is signed of the body is a checksum only (CRC-32), so whoever recorded a request can make another body that fits its
 * signature: the id in the body does not count as signed, and a signature is taken once.
 */
export const paypal: Provider = {
  name: 'paypal',
  title: 'PayPal',
  docs: 'https://developer.paypal.com/api/rest/webhooks/rest/',
  confidence: 'computed',
  secondHand: true,
  schemes: [
    {
      name: 'paypal-transmission-sig',
      kind: 'rsa',
      hash: 'sha256',
      at: 'header:paypal-transmission-sig',
      encoding: 'base64',
      signed: '{header:paypal-transmission-id}|{timestamp}|{account:webhook-id}|{body-crc32}',
      // Whether an attempt is signed anew is not documented, so the time limit is that of all attempts.
      timestamp: { from: 'header:paypal-transmission-time', unit: 'iso8601', tolerance: 4 * 86_400 },
      key: {
        form: 'fetched',
        account: {
          pattern: '(?<webhook_id>[A-Z0-9]{10,40})',
          expected: "the webhook's id, such as 1JE4291016473214C",
        },
        source: {
          id: 'header:paypal-cert-url',
          idPattern:
            'https://api(?:-m)?(?:\\.sandbox)?\\.paypal\\.com/v1/notifications/certs/CERT-[A-Za-z0-9]{1,40}(?:-[A-Za-z0-9]{1,40}){0,8}',
          url: '{id}',
          answer: { kind: 'certificate', commonName: 'messageverificationcerts(?:\\.sandbox)?\\.paypal\\.com' },
          cacheSeconds: 86_400,
        },
      },
    },
  ],
  id: ['body:/id'],
  type: ['body:/event_type'],
  payload: 'json',
  retries: 'up to 25 times in 3 days',
  setup:
    "Apps & Credentials → the app → Webhooks: the webhook's id. It is part of what PayPal signs, and tells your events from everybody else's.",
}

import type { Provider } from './types.ts'

/** Platform webhooks sign the body in a header. Payment webhooks sign eight fields of each item, inside the body: everything else in them is unsigned, and a body with several items is refused because only the first would be checked. */
export const adyen: Provider = {
  name: 'adyen',
  title: 'Adyen',
  docs: 'https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'hmacsignature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:hmacsignature',
      encoding: 'base64',
      signed: '{body}',
      key: { form: 'hex' },
    },
    {
      name: 'notification-item',
      kind: 'hmac',
      hash: 'sha256',
      at: 'body:/notificationItems/0/NotificationRequestItem/additionalData/hmacSignature',
      encoding: 'base64',
      weak: true,
      signed:
        '{json?:/notificationItems/0/NotificationRequestItem/pspReference}:{json?:/notificationItems/0/NotificationRequestItem/originalReference}:{json?:/notificationItems/0/NotificationRequestItem/merchantAccountCode}:{json?:/notificationItems/0/NotificationRequestItem/merchantReference}:{json?:/notificationItems/0/NotificationRequestItem/amount/value}:{json?:/notificationItems/0/NotificationRequestItem/amount/currency}:{json?:/notificationItems/0/NotificationRequestItem/eventCode}:{json?:/notificationItems/0/NotificationRequestItem/success}',
      single: '/notificationItems',
      key: { form: 'hex' },
    },
  ],
  id: [
    [
      'body:/notificationItems/0/NotificationRequestItem/pspReference',
      'body:/notificationItems/0/NotificationRequestItem/eventCode',
    ],
  ],
  type: ['body:/type', 'body:/notificationItems/0/NotificationRequestItem/eventCode'],
  deadlineSeconds: 10,
  retries: 'for up to 30 days',
  setup: 'Customer Area → Developers → Webhooks → the webhook → HMAC key (hex digits).',
}

import type { Provider } from './types.ts'

export const zoom: Provider = {
  name: 'zoom',
  title: 'Zoom',
  docs: 'https://github.com/zoom/webhook-sample',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'x-zm-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-zm-signature',
      encoding: 'hex',
      prefix: 'v0=',
      signed: 'v0:{timestamp}:{body}',
      timestamp: { from: 'header:x-zm-request-timestamp', unit: 's', tolerance: 300 },
      key: { form: 'utf8' },
    },
  ],
  id: [],
  type: ['body:/event'],
  deadlineSeconds: 3,
  // https://developers.zoom.us/blog/webhook-delays/
  retries: 'after 5 min, 20 min and 60 min',
  handshakes: [
    {
      method: 'POST',
      when: [{ at: 'body:/event', is: 'endpoint.url_validation' }],
      answer: {
        json: {
          plainToken: '{json:/payload/plainToken}',
          encryptedToken: { kind: 'hmac', hash: 'sha256', encoding: 'hex', of: '{json:/payload/plainToken}' },
        },
      },
    },
  ],
  setup: 'App Marketplace → the app → Features → Secret Token.',
}

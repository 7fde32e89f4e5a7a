import type { Provider } from './types.ts'

/** The path that Sinch posts to is signed: behind a proxy that changes it, set PUBLIC_URL. Verification callbacks are signed the same way. */
export const sinchVoice: Provider = {
  name: 'sinch-voice',
  title: 'Sinch Voice',
  docs: 'https://github.com/sinch/sinch-sdk-node',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'application',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:authorization',
      encoding: 'base64',
      list: { separator: ' ', assign: ':', lead: 'Application ' },
      signed: '{method}\n{body-md5-base64}\n{header:content-type}\nx-timestamp:{timestamp}\n{path}',
      timestamp: { from: 'header:x-timestamp', unit: 'iso8601', tolerance: 300 },
      key: { form: 'base64' },
    },
  ],
  id: [],
  type: ['body:/event'],
  setup: "The application's secret (base64).",
}

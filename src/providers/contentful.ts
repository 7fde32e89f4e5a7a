import type { Provider } from './types.ts'

/** The path that Contentful posts to is signed: behind a proxy that changes it, set PUBLIC_URL. */
export const contentful: Provider = {
  name: 'contentful',
  title: 'Contentful',
  docs: 'https://github.com/contentful/node-apps-toolkit',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'x-contentful-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-contentful-signature',
      encoding: 'hex',
      signed: '{method}\n{path-contentful}\n{signed-headers:x-contentful-signed-headers}\n{body}',
      timestamp: { from: 'header:x-contentful-timestamp', unit: 'ms', tolerance: 30 },
      key: { form: 'utf8' },
    },
  ],
  id: [],
  type: ['header:x-contentful-topic'],
  setup: 'Settings → Webhooks → Settings → the signing secret (64 characters).',
}

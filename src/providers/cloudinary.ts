import type { Provider } from './types.ts'

/** A plain hash with the secret at its end; the account decides between SHA-1 and SHA-256, told apart by their length. */
export const cloudinary: Provider = {
  name: 'cloudinary',
  title: 'Cloudinary',
  docs: 'https://github.com/cloudinary/cloudinary_npm',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'x-cld-signature-sha256',
      kind: 'hash',
      hash: 'sha256',
      at: 'header:x-cld-signature',
      encoding: 'hex',
      secretAt: 'end',
      signed: '{body}{timestamp}',
      timestamp: { from: 'header:x-cld-timestamp', unit: 's', tolerance: 7200 },
      key: { form: 'utf8' },
    },
    {
      name: 'x-cld-signature-sha1',
      kind: 'hash',
      hash: 'sha1',
      at: 'header:x-cld-signature',
      encoding: 'hex',
      secretAt: 'end',
      signed: '{body}{timestamp}',
      timestamp: { from: 'header:x-cld-timestamp', unit: 's', tolerance: 7200 },
      key: { form: 'utf8' },
    },
  ],
  id: [],
  type: ['body:/notification_type'],
  setup: 'Settings → API Keys → API secret.',
}

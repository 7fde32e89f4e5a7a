import type { Provider } from './types.ts'

export const elevenlabs: Provider = {
  name: 'elevenlabs',
  title: 'ElevenLabs',
  docs: 'https://github.com/elevenlabs/elevenlabs-js',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'elevenlabs-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:elevenlabs-signature',
      encoding: 'hex',
      list: { separator: ',', assign: '=', label: 'v0' },
      signed: '{timestamp}.{body}',
      timestamp: { from: 'list:t', unit: 's', tolerance: 1800 },
      key: { form: 'utf8' },
    },
  ],
  id: [],
  type: ['body:/type'],
  setup: 'Settings → Webhooks → the webhook → its secret (wsec_…).',
}

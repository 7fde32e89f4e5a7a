import type { Provider } from './types.ts'

export const telnyx: Provider = {
  name: 'telnyx',
  title: 'Telnyx',
  docs: 'https://github.com/team-telnyx/telnyx-node',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'telnyx-signature-ed25519',
      kind: 'ed25519',
      at: 'header:telnyx-signature-ed25519',
      encoding: 'base64',
      signed: '{timestamp}|{body}',
      timestamp: { from: 'header:telnyx-timestamp', unit: 's', tolerance: 300 },
      key: { form: 'base64' },
    },
  ],
  id: ['body:/data/id'],
  type: ['body:/data/event_type'],
  deadlineSeconds: 2,
  setup: 'Mission Control → Keys & Credentials → Public Key.',
}

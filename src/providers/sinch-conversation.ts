import type { Provider } from './types.ts'

export const sinchConversation: Provider = {
  name: 'sinch-conversation',
  title: 'Sinch Conversation',
  docs: 'https://github.com/sinch/sinch-sdk-node',
  confidence: 'official SDK',
  schemes: [
    {
      name: 'x-sinch-webhook-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-sinch-webhook-signature',
      encoding: 'base64',
      signed: '{body}.{header:x-sinch-webhook-signature-nonce}.{timestamp}',
      timestamp: { from: 'header:x-sinch-webhook-signature-timestamp', unit: 's', tolerance: 300 },
      key: { form: 'utf8' },
    },
  ],
  id: [],
  type: [],
  payload: 'json',
  setup: "The webhook's secret, as given when it was created.",
}

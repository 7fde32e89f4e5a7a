import type { Provider } from './types.ts'

/** The SHA-1 header (Agora-Signature) that comes beside it is ignored. */
export const agora: Provider = {
  name: 'agora',
  title: 'Agora',
  docs: 'https://github.com/AgoraIO/Docs-Source/blob/main/shared/notification-center-service/signature-verification.mdx',
  confidence: 'official docs',
  schemes: [
    {
      name: 'agora-signature-v2',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:agora-signature-v2',
      encoding: 'hex',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: ['body:/noticeId'],
  type: [['body:/productId', 'body:/eventType']],
  deadlineSeconds: 10,
  setup: 'Agora Console → the project → Config → Notification Center Service → Config → Secret.',
}

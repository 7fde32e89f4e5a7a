import type { Provider } from './types.ts'

/** Of a form the decoded `payload` field is signed, not the bytes. Gogs and Forgejo send the same. */
export const gitea: Provider = {
  name: 'gitea',
  title: 'Gitea',
  docs: 'https://github.com/go-gitea/gitea/blob/main/services/webhook/deliver.go',
  confidence: 'computed',
  schemes: [
    {
      name: 'x-gitea-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-gitea-signature',
      encoding: 'hex',
      signed: '{body}',
      key: { form: 'utf8' },
    },
    {
      name: 'x-gitea-signature-form',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-gitea-signature',
      encoding: 'hex',
      when: { at: 'header:content-type', startsWith: 'application/x-www-form-urlencoded' },
      signed: '{form:payload}',
      key: { form: 'utf8' },
    },
    {
      name: 'x-gogs-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-gogs-signature',
      encoding: 'hex',
      signed: '{body}',
      key: { form: 'utf8' },
    },
    {
      name: 'x-gogs-signature-form',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-gogs-signature',
      encoding: 'hex',
      when: { at: 'header:content-type', startsWith: 'application/x-www-form-urlencoded' },
      signed: '{form:payload}',
      key: { form: 'utf8' },
    },
  ],
  id: ['header:x-gitea-delivery', 'header:x-gogs-delivery'],
  type: ['header:x-gitea-event', 'header:x-gogs-event'],
  setup: 'Repository → Settings → Webhooks → the webhook → Secret.',
}

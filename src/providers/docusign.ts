import type { HmacScheme, Provider } from './types.ts'

/** As many headers as there are keys; the numbers say nothing about which key it is. */
const schemes: readonly HmacScheme[] = Array.from({ length: 10 }, (_, index) => ({
  name: `x-docusign-signature-${index + 1}`,
  kind: 'hmac',
  hash: 'sha256',
  at: `header:x-docusign-signature-${index + 1}`,
  encoding: 'base64',
  signed: '{body}',
  key: { form: 'utf8' },
}))

export const docusign: Provider = {
  name: 'docusign',
  title: 'DocuSign',
  docs: 'https://developers.docusign.com/docs/platform/webhooks/connect/validate',
  confidence: 'computed',
  schemes: schemes,
  id: [],
  type: ['body:/event'],
  deadlineSeconds: 100,
  retries: 'for up to 15 days',
  setup: 'Settings → Connect → Connect Keys: the HMAC key as text (it looks like base64, but is not decoded).',
}

import type { Provider } from './types.ts'

/** Unsigned: AssemblyAI sends a header of your choice, and this is the one that we ask you to choose. */
export const assemblyai: Provider = {
  name: 'assemblyai',
  title: 'AssemblyAI',
  docs: 'https://github.com/AssemblyAI/assemblyai-api-spec/blob/main/fern/pages/01-getting-started/webhooks.mdx',
  confidence: 'computed',
  schemes: [{ name: 'x-webhook-secret', kind: 'token', at: 'header:x-webhook-secret', key: { form: 'utf8' } }],
  id: [['body:/transcript_id', 'body:/status']],
  type: ['body:/status'],
  deadlineSeconds: 10,
  retries: '10 times, 10 s apart',
  addresses: 'https://github.com/AssemblyAI/assemblyai-api-spec/blob/main/fern/pages/01-getting-started/webhooks.mdx',
  setup: 'The webhook_auth_header_value of your requests, with "X-Webhook-Secret" as webhook_auth_header_name.',
}

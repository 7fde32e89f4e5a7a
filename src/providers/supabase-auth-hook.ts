import { standardWebhooksV1 } from './standard-webhooks.ts'
import type { Provider } from './types.ts'

/** Supabase uses the body of the answer: only hooks that need none can go through a gateway. */
export const supabaseAuthHook: Provider = {
  name: 'supabase-auth-hook',
  title: 'Supabase Auth Hooks',
  docs: 'https://supabase.com/docs/guides/auth/auth-hooks',
  confidence: 'computed',
  schemes: [{ ...standardWebhooksV1, key: { form: 'base64', prefix: 'whsec_', lead: 'v1,', separator: '|' } }],
  id: ['header:webhook-id'],
  type: [],
  deadlineSeconds: 5,
  retries: 'up to 3 attempts, 2 s apart, after 429 or 503',
  setup: 'Authentication → Hooks → the hook → Secret (v1,whsec_…).',
}

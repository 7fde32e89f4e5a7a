import type { Ed25519Scheme, Provider } from './types.ts'

const scheme: Omit<Ed25519Scheme, 'name' | 'key'> = {
  kind: 'ed25519',
  at: 'header:x-fal-webhook-signature',
  encoding: 'hex',
  signed: '{header:x-fal-webhook-request-id}\n{header:x-fal-webhook-user-id}\n{timestamp}\n{body-sha256-hex}',
  timestamp: { from: 'header:x-fal-webhook-timestamp', unit: 's', tolerance: 300 },
}

/** One set of keys signs for everybody, so it is the user's id that tells our requests from others'. */
export const fal: Provider = {
  name: 'fal',
  title: 'fal',
  docs: 'https://docs.fal.ai/model-endpoints/webhooks',
  confidence: 'computed',
  secondHand: true,
  schemes: [
    {
      ...scheme,
      name: 'published',
      key: {
        form: 'fetched',
        account: {
          pattern: 'user:(?<user>[\\x21-\\x7e]{1,200})',
          expected: 'user: and the id of your fal user, such as user:github|1234567',
        },
        source: {
          pin: [{ at: 'header:x-fal-webhook-user-id', equals: '{account:user}' }],
          url: 'https://rest.alpha.fal.ai/.well-known/jwks.json',
          answer: { kind: 'jwks' },
          cacheSeconds: 86_400,
        },
      },
    },
    { ...scheme, name: 'x-fal-webhook-signature', key: { form: 'public-key' } },
  ],
  id: ['header:x-fal-webhook-request-id'],
  type: ['body:/status'],
  deadlineSeconds: 15,
  retries: '10 times in 2 h',
  setup:
    'The id of your fal user, as `user:<id>`: the published keys are used. Without network, the key set at https://rest.alpha.fal.ai/.well-known/jwks.json as JSON; then any fal user can send.',
}

import type { Provider } from './types.ts'

export const npm: Provider = {
  name: 'npm',
  title: 'npm',
  docs: 'https://github.com/npm/registry/blob/main/docs/hooks/hooks-payload.md',
  confidence: 'computed',
  schemes: [
    {
      name: 'x-npm-signature',
      kind: 'hmac',
      hash: 'sha256',
      at: 'header:x-npm-signature',
      encoding: 'hex',
      prefix: 'sha256=',
      signed: '{body}',
      key: { form: 'utf8' },
    },
  ],
  id: [],
  type: ['body:/event'],
  setup: 'The secret that the hook was added with (npm hook add).',
}

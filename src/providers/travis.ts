import type { Provider, PublicKeyScheme } from './types.ts'

const scheme: Omit<PublicKeyScheme, 'name' | 'key'> = {
  kind: 'rsa',
  hash: 'sha1',
  at: 'header:signature',
  encoding: 'base64',
  signed: '{form:payload}',
}

/** A form whose decoded `payload` field is signed, with one key for everybody's repositories. */
export const travis: Provider = {
  name: 'travis',
  title: 'Travis CI',
  docs: 'https://docs.travis-ci.com/user/notifications/#verifying-webhook-requests',
  confidence: 'computed',
  schemes: [
    {
      ...scheme,
      name: 'published',
      key: {
        form: 'fetched',
        account: {
          pattern: '(?<owner>[A-Za-z0-9_.-]{1,100})/(?<repository>[A-Za-z0-9_.-]{1,100})',
          expected: 'repositories, such as example/project',
          several: true,
        },
        source: {
          pin: [
            { at: 'form:payload#/repository/owner_name', equals: '{account:owner}' },
            { at: 'form:payload#/repository/name', equals: '{account:repository}' },
          ],
          url: 'https://api.travis-ci.com/config',
          answer: { kind: 'pem', at: '/config/notifications/webhook/public_key' },
          cacheSeconds: 86_400,
        },
      },
    },
    { ...scheme, name: 'signature', key: { form: 'public-key' } },
  ],
  // What Travis CI says of a build is some 10 KiB.
  bodyCap: 256 * 1024,
  id: [],
  type: [],
  setup:
    'The repositories, as `owner/name`, with commas between them: the published key is used. Without network, config.notifications.webhook.public_key of https://api.travis-ci.com/config; then any repository on Travis CI can send.',
}

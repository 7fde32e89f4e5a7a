import type { Provider } from './types.ts'

/** Unsigned: HTTP Basic authentication, where the webhook has it. */
export const pipedrive: Provider = {
  name: 'pipedrive',
  title: 'Pipedrive',
  docs: 'https://pipedrive.readme.io/docs/guide-for-webhooks-v2',
  confidence: 'computed',
  secondHand: true,
  schemes: [{ name: 'basic', kind: 'token', at: 'header:authorization', basic: true, key: { form: 'utf8' } }],
  id: ['body:/meta/id'],
  type: [['body:/meta/entity', 'body:/meta/action']],
  deadlineSeconds: 10,
  retries: 'after 3, 30 and 150 s',
  setup: 'The HTTP auth user name and password given to the webhook, as user:password.',
}

import { isValidSlackRequest } from '@slack/bolt'
import type { Library } from '../harness.ts'

export const library: Library = {
  provider: 'slack',
  name: '@slack/bolt',
  verify: ({ headers, body, secret }) =>
    isValidSlackRequest({
      signingSecret: secret,
      body,
      headers: {
        'x-slack-signature': headers['x-slack-signature'] ?? '',
        'x-slack-request-timestamp': Number(headers['x-slack-request-timestamp']),
      },
    }),
}

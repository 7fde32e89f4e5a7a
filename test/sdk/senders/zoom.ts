import { AwsLambdaReceiver } from '@zoom/rivet/teamchat'
import type { Library } from '../harness.ts'

export const library: Library = {
  provider: 'zoom',
  name: '@zoom/rivet',
  verify: async ({ headers, body, secret }) => {
    const { statusCode } = await receive(secret, { headers, body, isBase64Encoded: false })
    return statusCode === 200
  },
}

/** Zoom's library verifies only while it receives: without a server, as a cloud function is called. */
async function receive(webhooksSecretToken: string, event: object): Promise<{ readonly statusCode?: number }> {
  const handler: unknown = new AwsLambdaReceiver({ webhooksSecretToken }).start()
  if (typeof handler !== 'function') throw new Error('the receiver of Zoom makes a function')
  return handler(event, {})
}

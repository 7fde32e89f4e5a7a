import { EventCallbackHelper, EventCallbackRequest } from '@dropbox/sign'
import type { Library } from '../harness.ts'

export const library: Library = {
  provider: 'dropbox-sign',
  name: '@dropbox/sign',
  verify: ({ body, secret }) => {
    const json = body.slice(body.indexOf('{'), body.lastIndexOf('}') + 1)
    return EventCallbackHelper.isValid(secret, EventCallbackRequest.init(JSON.parse(json)))
  },
}

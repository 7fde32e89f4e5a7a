import Pusher from 'pusher'
import type { Library } from '../harness.ts'

export const library: Library = {
  provider: 'pusher',
  name: 'pusher',
  verify: ({ headers, body, secret }) =>
    new Pusher({ appId: '1', key: headers['x-pusher-key'] ?? '', secret, host: 'localhost' })
      .webhook({ headers, rawBody: body })
      .isValid(),
}

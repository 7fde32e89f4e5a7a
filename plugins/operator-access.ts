import rateLimit from '@fastify/rate-limit'
import fp from 'fastify-plugin'
import { plainAddress } from '../src/net/plain-address.ts'
import { type Admission, createDoorkeeper } from '../src/operator/access.ts'

export interface OperatorAccessOptions {
  /** Null: this machine alone is admitted. */
  readonly token: string | null
}

/** Wrong tokens from one address in a minute; past it even the right one has to wait. */
const maxFailures = 10

const refusals: Readonly<
  Record<Exclude<Admission, 'admitted'>, { readonly status: 401 | 403; readonly error: string }>
> = {
  token: { status: 401, error: 'Send Authorization: Bearer and the ADMIN_TOKEN.' },
  elsewhere: { status: 403, error: 'Set ADMIN_TOKEN to use this from anywhere but the machine itself.' },
  foreign: { status: 403, error: 'Another site may not do this.' },
}

/** Nobody but the operator gets past this, whatever route of the scope is asked for, there or not. */
export default fp<OperatorAccessOptions>(
  async (app, { token }) => {
    const admit = createDoorkeeper(token)
    await app.register(rateLimit, { global: false, cache: 10_000 })
    const failures = app.createRateLimit({ max: maxFailures, timeWindow: 60_000 })

    app.addHook('onRequest', async (request, reply) => {
      const { method, headers, socket } = request.raw
      const past = await failures(request, { increment: false })
      if (!past.isAllowed && past.remaining === 0) {
        reply.header('retry-after', Math.max(1, past.ttlInSeconds))
        return reply.code(429).send({ error: 'Too many wrong tokens. Try again later.' })
      }
      const admission = admit({ method: method ?? 'GET', headers, remoteAddress: socket.remoteAddress })
      // Whatever is shown here is for one person's eyes, and of this moment.
      reply.header('cache-control', 'no-store')
      if (admission === 'admitted') return
      await failures(request)
      const { status, error } = refusals[admission]
      request.log.warn(
        { ip: plainAddress(request.ip), code: 'NOT_ADMITTED', cause: admission },
        'refused: an operator route',
      )
      if (status === 401) reply.header('www-authenticate', 'Bearer realm="posthorn"')
      return reply.code(status).send({ error })
    })
  },
  { name: 'operator-access', fastify: '5.x' },
)

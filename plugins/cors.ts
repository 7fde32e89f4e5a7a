import fastifyCors from '@fastify/cors'
import fp from 'fastify-plugin'

export interface CorsOptions {
  /** `*` or one origin. */
  readonly origin: string
  /** Preflights are answered by somebody else, who may find that one is none. */
  readonly leavePreflights?: boolean
}

/** For the scope it is registered in, and no other: browsers may read what senders may. */
export default fp<CorsOptions>(
  async (app, { origin, leavePreflights = false }) => {
    await app.register(fastifyCors, {
      origin,
      methods: ['GET', 'HEAD', 'POST'],
      strictPreflight: false,
      preflightContinue: leavePreflights,
    })
  },
  { name: 'cors', fastify: '5.x' },
)

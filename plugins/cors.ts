import fastifyCors from '@fastify/cors'
import fp from 'fastify-plugin'

export interface CorsOptions {
  /** `*` or one origin. */
  readonly origin: string
}

/** For the scope it is registered in, and no other: browsers may read what senders may. */
export default fp<CorsOptions>(
  async (app, { origin }) => {
    await app.register(fastifyCors, { origin, methods: ['GET', 'HEAD', 'POST'], strictPreflight: false })
  },
  { name: 'cors', fastify: '5.x' },
)

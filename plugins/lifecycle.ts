import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyInstance {
    lifecycle: Lifecycle
  }
}

export interface Lifecycle {
  /** The process is about to end: still serving, but asking to be sent nothing more. */
  isDraining(): boolean
  /** Begins to drain: health turns 503, and every answer closes its connection. */
  drain(): void
}

/**
 * Lets a load balancer move on before anything is refused: while draining, requests are served as ever, but each answer
 * says `Connection: close`.
 */
export default fp(
  async (app) => {
    let draining = false
    app.decorate('lifecycle', {
      isDraining: () => draining,
      drain: () => {
        draining = true
      },
    })
    app.addHook('onRequest', (_request, reply, done) => {
      if (draining) reply.header('connection', 'close')
      done()
    })
  },
  { name: 'lifecycle', fastify: '5.x' },
)

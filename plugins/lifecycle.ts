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
 * says `Connection: close`. So do the last answers when the app is closed, whatever came before: a connection that was
 * kept would keep the process.
 */
export default fp(
  async (app) => {
    let draining = false
    const drain = () => {
      draining = true
    }
    app.decorate('lifecycle', { isDraining: () => draining, drain })
    app.addHook('preClose', async () => drain())
    // When answering, not when the request comes: one may last longer than the drain.
    app.addHook('onSend', (_request, reply, payload, done) => {
      if (draining) reply.header('connection', 'close')
      done(null, payload)
    })
  },
  { name: 'lifecycle', fastify: '5.x' },
)

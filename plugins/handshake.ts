import fp from 'fastify-plugin'
import { ingestOf } from './ingest.ts'

/** Answers a sender that wants to know, signed like an event, whether this URL is ours. Such a request is no event. */
export default fp(
  async (app) => {
    app.addHook('preHandler', (request, reply, done) => {
      const { source, payload } = ingestOf(request)
      const { handshake } = source.config.provider
      if (handshake === undefined) return done()
      const at = (pointer: string) => payload.values[source.pointers.indexOf(pointer)]
      const challenge = at(handshake.answer)
      if (at(handshake.when.pointer) !== handshake.when.equals || typeof challenge !== 'string') return done()
      request.log.info({ source: source.config.name }, 'answered a handshake')
      reply.type('text/plain; charset=utf-8').send(challenge)
    })
  },
  { name: 'handshake', fastify: '5.x', dependencies: ['payload'] },
)

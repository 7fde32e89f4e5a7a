import fp from 'fastify-plugin'
import { answerHandshake } from './answer-handshake.ts'
import { ingestOf, signedRequest } from './ingest.ts'
import { bytesOf } from './raw-body.ts'

/** Answers a sender that wants to know, signed like an event, whether this URL is ours. Such a request is no event. */
export default fp(
  async (app) => {
    app.addHook('preHandler', (request, reply, done) => {
      const { source, payload, verdict } = ingestOf(request)
      const { verified } = source.handshakes
      if (verified === null) return done()
      const outcome = verified({
        ...signedRequest(request, bytesOf(request)),
        field: (pointer) => payload.values[source.pointers.indexOf(pointer)],
        secret: verdict?.secret ?? 'current',
      })
      if (outcome === null) done()
      else answerHandshake(request, reply, source.config.name, outcome)
    })
  },
  { name: 'handshake', fastify: '5.x', dependencies: ['payload'] },
)

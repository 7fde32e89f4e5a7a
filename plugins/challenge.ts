import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { RefusalError } from '../src/errors.ts'
import { answerHandshake } from './answer-handshake.ts'
import { ingestOf, signedRequest } from './ingest.ts'

const noBody = Buffer.alloc(0)
const formType = 'application/x-www-form-urlencoded'

/**
 * What comes by another method than POST: the challenges by which senders ask whether a URL is ours, browsers' preflights,
 * and the few events that are GET requests. Everything else is refused before any of a body is read. Requests that are
 * limited by address have been counted by now.
 */
export default fp(
  async (app) => {
    app.addHook('preParsing', (request, reply, payload, done) => {
      if (request.method === 'POST') return done(null, payload)
      const { handshakes, config } = ingestOf(request).source
      const outcome = handshakes.bodiless?.(signedRequest(request, noBody)) ?? null
      if (outcome !== null) return void answerHandshake(request, reply, config.name, outcome)
      if (request.method === 'OPTIONS') return void answerPreflight(reply)
      if (request.method !== 'GET' || config.provider.getEvents !== true) {
        return done(new RefusalError('METHOD_NOT_ALLOWED'))
      }
      takeQuery(request)
      done(null, payload)
    })
  },
  { name: 'challenge', fastify: '5.x', dependencies: ['cors', 'source'] },
)

/** Its headers are there already. Safari waits for a body unless it is told that there is none. */
function answerPreflight(reply: FastifyReply): FastifyReply {
  return reply.code(204).header('content-length', '0').send()
}

/** An event in a query is stored and delivered as the form that a POST would have brought: its body is the query. */
function takeQuery(request: FastifyRequest): void {
  const { url = '', headers, rawHeaders } = request.raw
  const at = url.indexOf('?')
  request.rawBody = Buffer.from(at === -1 ? '' : url.slice(at + 1), 'latin1')
  if (headers['content-type'] !== undefined) return
  headers['content-type'] = formType
  rawHeaders.push('Content-Type', formType)
}

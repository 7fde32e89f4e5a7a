import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest, onSendHookHandler } from 'fastify'
import { ingestOf } from '../../../plugins/ingest.ts'
import { RefusalError } from '../../../src/errors.ts'
import { getSchema, otherSchema, postSchema } from './schema.ts'

/**
 * `POST /webhook/:event`, and GET where a sender has events that are GET requests. By the time the handler runs the event
 * is verified and stored; it only says so. Handshakes have been answered before (`plugins/challenge.ts`, `handshake.ts`).
 */
const webhook: FastifyPluginAsyncTypebox = async (app) => {
  const onSend = [appendEcho, answerAsAsked]
  const withoutBody = { config: { rawBody: false } }
  app.post('/', { schema: postSchema, onSend }, stored)
  app.get('/', { schema: getSchema, onSend, exposeHeadRoute: false, ...withoutBody }, stored)
  // A browser that asks first is counted when it sends.
  app.options('/', { schema: otherSchema, config: { ...withoutBody.config, rateLimit: false } }, neverReached)
  app.route({
    method: app.supportedMethods.filter((method) => !['POST', 'GET', 'OPTIONS'].includes(method)),
    url: '/',
    schema: otherSchema,
    ...withoutBody,
    handler: neverReached,
  })
}

/** Other methods are answered or rejected before (`plugins/challenge.ts`). */
function neverReached(): never {
  throw new RefusalError('METHOD_NOT_ALLOWED')
}

function stored(request: FastifyRequest, reply: FastifyReply): void {
  const ingest = ingestOf(request)
  const { event } = ingest
  if (event === null) throw new RefusalError('UNAVAILABLE')
  ingest.echo = ingest.payload.echo
  reply.send({ message: 'Webhook received successfully.', event: event.type, id: event.id, duplicate: false })
}

export default webhook

/** Puts the payload into the answer as it came: parsing it only to write it again would change big numbers. */
const appendEcho: onSendHookHandler<unknown> = (request, _reply, answer, done) => {
  const echo = request.ingest?.echo ?? null
  if (echo === null || typeof answer !== 'string') return done(null, answer)
  done(null, `${answer.slice(0, -1)},"receivedData":${echo}}`)
}

/** Some senders take nothing but a certain answer for a success; they get it once their event is stored, or known. */
const answerAsAsked: onSendHookHandler<unknown> = (request, reply, answer, done) => {
  const { event = null, source } = request.ingest ?? {}
  const asked = event === null ? undefined : source?.config.provider.answer
  if (event === null || asked === undefined || reply.statusCode !== 200) return done(null, answer)
  if (asked.status !== undefined) reply.code(asked.status)
  if (asked.repeats !== undefined) repeatHeader(request, reply, asked.repeats)
  if (asked.body === undefined) return done(null, answer)
  reply.type(asked.type ?? 'text/plain; charset=utf-8')
  done(null, asked.type === undefined ? asked.body : asked.body.replace('"{type}"', () => JSON.stringify(event.type)))
}

/** What Node could not send, or a list of several, is left out. */
function repeatHeader({ raw }: FastifyRequest, reply: FastifyReply, name: string): void {
  const value = raw.headers[name]
  if (typeof value === 'string' && /^[\x20-\x7e]{1,256}$/.test(value)) reply.header(name, value)
}

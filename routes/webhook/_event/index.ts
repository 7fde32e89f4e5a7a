import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { onSendHookHandler } from 'fastify'
import { ingestOf } from '../../../plugins/ingest.ts'
import { RefusalError } from '../../../src/errors.ts'
import { otherSchema, postSchema } from './schema.ts'

/** `POST /webhook/:event`. By the time the handler runs the event is verified and stored; it only says so. */
const webhook: FastifyPluginAsyncTypebox = async (app) => {
  app.post('/', { schema: postSchema, onSend: [appendEcho, answerAsAsked] }, (request, reply) => {
    const ingest = ingestOf(request)
    const { event } = ingest
    if (event === null) throw new RefusalError('UNAVAILABLE')
    ingest.echo = ingest.payload.echo
    reply.send({ message: 'Webhook received successfully.', event: event.type, id: event.id, duplicate: false })
  })

  app.route({
    method: app.supportedMethods.filter((method) => method !== 'POST'),
    url: '/',
    schema: otherSchema,
    config: { rawBody: false },
    onRequest: async () => {
      throw new RefusalError('METHOD_NOT_ALLOWED')
    },
    handler: () => {},
  })
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
  const asked = request.ingest?.event ? request.ingest.source.config.provider.answer : undefined
  if (asked === undefined || reply.statusCode !== 200) return done(null, answer)
  if (asked.status !== undefined) reply.code(asked.status)
  reply.type('text/plain; charset=utf-8')
  done(null, asked.body)
}

import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { onSendHookHandler } from 'fastify'
import { ingestOf } from '../../../plugins/ingest.ts'
import { RefusalError } from '../../../src/errors.ts'
import { otherSchema, postSchema } from './schema.ts'

/** `POST /webhook/:event`. By the time the handler runs the event is verified and stored; it only says so. */
const webhook: FastifyPluginAsyncTypebox = async (app) => {
  app.post('/', { schema: postSchema, onSend: appendEcho }, (request, reply) => {
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

import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { type RefusalCode, RefusalError, refusals, retryAfterSeconds } from '../src/errors.ts'

/** Fastify's own codes for what a sender can get wrong in this scope. */
const codes: Readonly<Record<string, RefusalCode>> = {
  FST_ERR_VALIDATION: 'INVALID_EVENT',
  FST_ERR_CTP_BODY_TOO_LARGE: 'TOO_LARGE',
}

/**
 * Every refusal of the webhook scope has the shape `{ error }` and words from the catalogue. What nobody foresaw is 503:
 * it is not known whether the event is stored, so the sender must try again.
 */
export default fp(
  async (app) => {
    app.setErrorHandler((error: FastifyError, request, reply) => {
      const code = error instanceof RefusalError ? error.code : codes[error.code]
      if (code !== undefined) return refuse(reply, code)
      if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
        return reply.code(error.statusCode).send({ error: error.message })
      }
      request.log.error({ err: error }, 'unexpected error')
      return refuse(reply, 'UNAVAILABLE')
    })
  },
  { name: 'errors', fastify: '5.x' },
)

function refuse(reply: FastifyReply, code: RefusalCode): FastifyReply {
  const { status, message } = refusals[code]
  if (status === 503) reply.header('retry-after', retryAfterSeconds)
  if (status === 405) reply.header('allow', 'POST')
  if (!bodyIsRead(reply.request)) reply.header('connection', 'close')
  return reply.code(status).send({ error: message })
}

/** Whatever of the body is still on its way would be taken for the next request. */
function bodyIsRead(request: FastifyRequest): boolean {
  return request.raw.complete
}

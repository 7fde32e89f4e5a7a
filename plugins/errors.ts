import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { type RefusalCode, RefusalError, type RefusalReason, refusals, retryAfterSeconds } from '../src/errors.ts'
import { plainAddress } from '../src/net/plain-address.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Why it was refused, once it was; for the operator. */
    refusal: Refusal | null
  }
}

export interface Refusal {
  readonly code: RefusalCode
  /** In one word, where the code has several. */
  readonly cause: string | null
  /** One sentence. */
  readonly detail: string
}

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
    app.decorateRequest('refusal', null)
    app.setErrorHandler((error: FastifyError, request, reply) => {
      if (error instanceof RefusalError) return refuse(request, reply, error.code, error.reason)
      const code = codes[error.code]
      if (code !== undefined) return refuse(request, reply, code, { detail: error.message })
      if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
        return reply.code(error.statusCode).send({ error: error.message })
      }
      request.log.error({ err: error }, 'unexpected error')
      request.refusal = { code: 'UNAVAILABLE', cause: 'unexpected', detail: 'an unexpected error' }
      return answer(reply, 'UNAVAILABLE')
    })
  },
  { name: 'errors', fastify: '5.x' },
)

function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  code: RefusalCode,
  reason: RefusalReason | null,
): FastifyReply {
  const { message } = refusals[code]
  const { detail, cause, status } = { cause: undefined, detail: message, status: refusals[code].status, ...reason }
  request.refusal = { code, cause: cause ?? null, detail }
  const fields = { source: request.ingest?.source.config.name, code, cause, ip: plainAddress(request.ip) }
  request.log[status === 503 ? 'error' : 'warn'](fields, `rejected: ${detail}`)
  if (!request.raw.complete) {
    if (status === 503) reply.header('connection', 'close')
    else letFinish(request, reply)
  }
  if (status === 405) reply.header('allow', request.ingest?.source.allow ?? 'POST')
  return answer(reply, code, status)
}

function answer(reply: FastifyReply, code: RefusalCode, status: number = refusals[code].status): FastifyReply {
  const { message } = refusals[code]
  if (status === 503) reply.header('retry-after', retryAfterSeconds)
  return reply.code(status).send({ error: message })
}

/**
 * Whatever else the sender still sends is dropped, and only then is the connection closed, if it asked for that: closing
 * it under a sender who is still writing would often cost it the answer
 * (https://www.rfc-editor.org/rfc/rfc9112#section-9.6). How long it may take is bounded by the request's timeout.
 */
function letFinish({ raw }: FastifyRequest, reply: FastifyReply): void {
  raw.resume()
  // Fastify sets it for a body that was given up.
  reply.removeHeader('connection')
  if (reply.raw.shouldKeepAlive) return
  reply.raw.shouldKeepAlive = true
  raw.once('end', () => raw.socket.destroySoon())
}

import type { FastifyReply, FastifyRequest } from 'fastify'
import { refusals } from '../src/errors.ts'
import type { HandshakeOutcome } from '../src/handshakes/types.ts'
import { plainAddress } from '../src/net/plain-address.ts'

/** Says and logs what became of a handshake. Nothing of it is stored. */
export function answerHandshake(
  request: FastifyRequest,
  reply: FastifyReply,
  source: string,
  outcome: HandshakeOutcome,
): FastifyReply {
  if (request.ingest !== null) request.ingest.handshake = outcome.ok ? 'answered' : 'refused'
  if (!outcome.ok) {
    const code = 'HANDSHAKE_REFUSED'
    request.log.warn({ source, code, ip: plainAddress(request.ip) }, `rejected: ${outcome.detail}`)
    return reply.code(outcome.status).send({ error: refusals[code].message })
  }
  const { status, headers, body, note } = outcome
  request.log.info({ source }, `answered a handshake${note === undefined ? '' : `: ${note}`}`)
  return reply.code(status).headers(headers).send(body)
}

import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { RefusalError } from '../src/errors.ts'
import type { Source } from '../src/events/source.ts'
import type { Accepted } from '../src/verification/types.ts'
import { ingestOf } from './ingest.ts'
import { bytesOf, largeBytes } from './raw-body.ts'

export interface VerificationOptions {
  /** Unix milliseconds. */
  readonly now: () => number
}

/**
 * Signature and replay window, before anything of the body or the route's schema is looked at. The sender hears one
 * thing whatever was wrong; the log says what.
 */
export default fp<VerificationOptions>(
  async (app, { now }) => {
    app.addHook('preValidation', (request, _reply, done) => {
      const ingest = ingestOf(request)
      const { verify } = ingest.source
      if (verify === null) return done()
      const check = () => {
        const verdict = verdictOn(request, verify, now())
        ingest.verdict = verdict instanceof RefusalError ? null : verdict
        done(verdict instanceof RefusalError ? verdict : undefined)
      }
      if (bytesOf(request).byteLength > largeBytes) setImmediate(check)
      else check()
    })
  },
  { name: 'verification', fastify: '5.x', dependencies: ['raw-body'] },
)

function verdictOn(
  request: FastifyRequest,
  verify: NonNullable<Source['verify']>,
  nowMs: number,
): Accepted | RefusalError {
  const { method, url = '', headers, rawHeaders } = request.raw
  const verdict = verify({ method: method ?? 'POST', url, headers, rawHeaders, body: bytesOf(request) }, nowMs)
  if (verdict.ok) return verdict
  return new RefusalError(verdict.cause === 'expired' ? 'EXPIRED' : 'INVALID_SIGNATURE', verdict)
}

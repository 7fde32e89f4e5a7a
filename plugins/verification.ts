import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { type RefusalCode, RefusalError } from '../src/errors.ts'
import type { RefusalCause, SignedRequest, Verdict } from '../src/verification/types.ts'
import { ingestOf } from './ingest.ts'
import { bytesOf } from './raw-body.ts'

export interface VerificationOptions {
  /** Unix milliseconds. */
  readonly now: () => number
}

/** What the sender may know of the cause; the others are one. */
const codes: Readonly<Partial<Record<RefusalCause, RefusalCode>>> = {
  expired: 'EXPIRED',
  unavailable: 'SENDER_UNREACHABLE',
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
      const judged = (verdict: Verdict) => {
        if (verdict.ok) {
          ingest.verdict = verdict
          return done()
        }
        done(new RefusalError(codes[verdict.cause] ?? 'INVALID_SIGNATURE', verdict))
      }
      const verdict = verify(signedRequest(request), now())
      if (verdict instanceof Promise) verdict.then(judged, done)
      else judged(verdict)
    })
  },
  { name: 'verification', fastify: '5.x', dependencies: ['raw-body'] },
)

function signedRequest(request: FastifyRequest): SignedRequest {
  const { method = 'POST', url = '', headers, rawHeaders } = request.raw
  return { method, url, headers, rawHeaders, body: bytesOf(request) }
}

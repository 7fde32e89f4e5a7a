import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { type RefusalCode, RefusalError } from '../src/errors.ts'
import type { HandshakeOutcome } from '../src/handshakes/types.ts'
import type { RefusalCause, Refused, Verdict } from '../src/verification/types.ts'
import { answerHandshake } from './answer-handshake.ts'
import { ingestOf, signedRequest } from './ingest.ts'
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
 * thing whatever was wrong; the log says what. What is refused may still be a request that its sender does not sign, by
 * which it registers or tests the URL: that is answered, and goes no further.
 */
export default fp<VerificationOptions>(
  async (app, { now }) => {
    app.addHook('preValidation', (request, reply, done) => {
      const ingest = ingestOf(request)
      const { verify, handshakes, config } = ingest.source
      const orHandshake = (proceed: () => void) => {
        const outcome = handshakes.unverified?.(asSigned(request)) ?? null
        const handled = (known: HandshakeOutcome | null) => {
          if (known === null) proceed()
          else answerHandshake(request, reply, config.name, known)
        }
        if (outcome instanceof Promise) outcome.then(handled, done)
        else handled(outcome)
      }
      if (verify === null) return orHandshake(done)
      const judged = (verdict: Verdict) => {
        if (!verdict.ok) return orHandshake(() => done(refusalOf(verdict, config.provider.refusal)))
        ingest.verdict = verdict
        done()
      }
      const verdict = verify(asSigned(request), now())
      if (verdict instanceof Promise) verdict.then(judged, done)
      else judged(verdict)
    })
  },
  { name: 'verification', fastify: '5.x', dependencies: ['raw-body'] },
)

function asSigned(request: FastifyRequest) {
  return signedRequest(request, bytesOf(request))
}

/** One answer for every cause, in the status that the sender asks for; nobody knows yet what is wrong where its keys are away. */
function refusalOf(refused: Refused, status: number | undefined): RefusalError {
  const code = codes[refused.cause] ?? 'INVALID_SIGNATURE'
  const asked = status === undefined || code === 'SENDER_UNREACHABLE' ? {} : { status }
  return new RefusalError(code, { ...refused, ...asked })
}

import fp from 'fastify-plugin'
import { isUnread, type RejectionKeeper, rejectionCause } from '../src/events/rejection.ts'
import { plainAddress } from '../src/net/plain-address.ts'
import { bytesOf } from './raw-body.ts'

export interface RejectionsOptions {
  readonly keep: RejectionKeeper
  /** Unix milliseconds. */
  readonly now: () => number
}

const none: ReadonlySet<string> = new Set()

/** Hands rejected requests on to be kept, once they are answered. */
export default fp<RejectionsOptions>(
  async (app, { keep, now }) => {
    app.addHook('onResponse', (request, _reply, done) => {
      done()
      const { refusal, ingest, raw } = request
      if (refusal === null) return
      const proof = ingest?.source.proofHeaders ?? none
      const cause = rejectionCause(refusal, request.method, (header) => raw.headers[header] !== undefined, proof)
      if (cause === null) return
      const body = isUnread(refusal) ? null : bytesOf(request)
      const announced = Number(raw.headers['content-length'])
      keep({
        source: ingest?.source.config.name ?? null,
        cause,
        detail: refusal.detail,
        receivedAt: now(),
        method: raw.method ?? '',
        url: withoutToken(raw.url ?? ''),
        remoteAddress: plainAddress(request.ip),
        headers: ingest?.source.withoutCredentials?.(raw.rawHeaders) ?? raw.rawHeaders,
        body,
        ...(body === null && Number.isSafeInteger(announced) ? { bodySize: announced } : {}),
      })
    })
  },
  { name: 'rejections', fastify: '5.x', dependencies: ['errors', 'ingest'] },
)

/** A token in the URL is a secret, or nearly one where it was mistyped. */
function withoutToken(url: string): string {
  return url.replace(/([?&#]token=)[^&#]*/gi, '$1[hidden]')
}

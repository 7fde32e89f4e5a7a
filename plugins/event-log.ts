import fp from 'fastify-plugin'
import { eventLine } from '../src/events/event-line.ts'
import type { CapturedSecrets } from '../src/handshakes/captured-secrets.ts'
import { ingestOf } from './ingest.ts'
import { bytesOf } from './raw-body.ts'

export interface EventLogOptions {
  /** Whether headers and body are shown. */
  readonly payloads: boolean
  /** Never shown, wherever they turn up. */
  readonly secrets: readonly string[]
  /** Nor those that senders brought themselves. */
  readonly captured: Pick<CapturedSecrets, 'all'>
}

/** One line for each event that was stored. */
export default fp<EventLogOptions>(
  async (app, { payloads, secrets, captured }) => {
    const hidden = payloads ? () => [...secrets, ...captured.all()] : null
    app.addHook('preHandler', (request, _reply, done) => {
      const { source, event, verdict, trace } = ingestOf(request)
      const body = bytesOf(request)
      const line = eventLine({ source, event, verdict, rawHeaders: request.raw.rawHeaders, body }, hidden)
      request.log.info(trace === null ? line : { ...line, traceId: trace.context()?.traceId }, 'event received')
      done()
    })
  },
  { name: 'event-log', fastify: '5.x', dependencies: ['dedup'] },
)

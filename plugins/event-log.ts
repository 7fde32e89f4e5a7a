import fp from 'fastify-plugin'
import { logView } from '../src/events/log-view.ts'
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
    app.addHook('preHandler', (request, _reply, done) => {
      const { source, event, verdict, trace } = ingestOf(request)
      const body = bytesOf(request)
      request.log.info(
        {
          source: source.config.name,
          type: event?.type,
          id: event?.id,
          destinations: event?.destinations,
          bytes: body.byteLength,
          scheme: verdict?.scheme,
          ...(trace === null ? {} : { traceId: trace.context()?.traceId }),
          ...(verdict?.secret === 'previous' ? { secret: 'previous' } : {}),
          ...(payloads
            ? logView(request.raw.rawHeaders, body, [...secrets, ...captured.all()], source.proofHeaders)
            : {}),
        },
        'event received',
      )
      done()
    })
  },
  { name: 'event-log', fastify: '5.x', dependencies: ['dedup'] },
)

import fp from 'fastify-plugin'
import { tooLarge } from '../src/errors.ts'
import type { Payload } from '../src/events/payload.ts'
import type { Sources } from '../src/events/source.ts'
import { segmentOf } from './ingest.ts'

export interface SourceOptions {
  readonly sources: Sources
}

const unread: Payload = { values: [], echo: null }

/** Decides by the path whose event this is, before a byte of its body is read. */
export default fp<SourceOptions>(
  async (app, { sources }) => {
    app.addHook('onRequest', (request, _reply, done) => {
      const segment = segmentOf(request.params)
      const source = sources.resolve(segment)
      request.ingest = {
        source,
        segment,
        bufferedBytes: 0,
        verdict: null,
        payload: unread,
        event: null,
        duplicate: false,
        handshake: null,
        trace: null,
        echo: null,
      }
      const announced = Number(request.headers['content-length'] ?? 0)
      const { bodyLimit } = source.config
      done(announced > bodyLimit ? tooLarge(bodyLimit) : undefined)
    })
  },
  { name: 'source', fastify: '5.x', dependencies: ['ingest'] },
)

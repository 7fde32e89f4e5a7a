import fp from 'fastify-plugin'
import type { HandshakeTimes } from '../src/operator/handshake-times.ts'

export interface HandshakeTimesOptions {
  readonly times: HandshakeTimes
  /** Unix milliseconds. */
  readonly now: () => number
}

/** Remembers when each source's sender last registered or tested its URL, for the operator. */
export default fp<HandshakeTimesOptions>(
  async (app, { times, now }) => {
    app.addHook('onResponse', ({ ingest }, _reply, done) => {
      if (ingest !== null && ingest.handshake !== null) {
        times.note(ingest.source.config.name, now(), ingest.handshake === 'answered')
      }
      done()
    })
  },
  { name: 'handshake-times', fastify: '5.x', dependencies: ['ingest'] },
)

import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Writable } from 'node:stream'
import { type FastifyInstance, type FastifyServerOptions, fastify } from 'fastify'
import type { Cleanup, LogLine } from './gateway.ts'

export interface Host {
  readonly app: FastifyInstance
  /** Its log so far. */
  readonly lines: readonly LogLine[]
  /** Resolves with the first line that fits, those already logged included. */
  logged(fits: (line: LogLine) => boolean): Promise<LogLine>
  /** Listens on a free port. */
  listen(): Promise<number>
}

/** An app of somebody else's, in which posthorn is a guest; closed with the test. */
export function createHost(t: Cleanup, options: Omit<FastifyServerOptions, 'logger' | 'loggerInstance'> = {}): Host {
  const lines: LogLine[] = []
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)))
      sink.emit('line')
      done()
    },
  })
  const app = fastify({ ...options, logger: { level: 'debug', stream: sink } })
  t.after(() => app.close())
  return {
    app,
    lines,
    async logged(fits) {
      for (;;) {
        const line = lines.find(fits)
        if (line !== undefined) return line
        await once(sink, 'line')
      }
    },
    async listen() {
      await app.listen({ port: 0, host: '127.0.0.1' })
      const { port } = app.server.address() as AddressInfo
      return port
    },
  }
}

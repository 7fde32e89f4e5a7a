import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'

/** A destination that keeps account of what it took. */
export interface Sink {
  readonly url: string
  /** By Posthorn's id: how often the event was taken, which is to say answered with 2xx. */
  readonly taken: ReadonlyMap<string, number>
  /** By Posthorn's id: SHA-256 of the body as it arrived last. */
  readonly digests: ReadonlyMap<string, string>
  /** How many requests were answered 500. */
  refused(): number
  /** Resolves once each of these ids was taken at least once. */
  tookAll(ids: Iterable<string>): Promise<void>
  close(): Promise<void>
}

export interface SinkOptions {
  /** Of so many first attempts one is refused with 500; 0: none. */
  readonly refuseOneIn?: number
  /** 0 takes a free one. */
  readonly port?: number
}

export async function startSink({ refuseOneIn = 0, port = 0 }: SinkOptions = {}): Promise<Sink> {
  const taken = new Map<string, number>()
  const digests = new Map<string, string>()
  const waiting = new Set<() => void>()
  let firstAttempts = 0
  let refused = 0

  const server = createServer((request, response) => {
    const hash = createHash('sha256')
    request.on('data', (chunk: Buffer) => hash.update(chunk))
    request.on('end', () => {
      const id = String(request.headers['posthorn-event-id'])
      // Only first attempts: what was refused twice would be tried again after half a minute.
      const first = request.headers['posthorn-attempt'] === '1'
      if (first && refuseOneIn > 0 && ++firstAttempts % refuseOneIn === 0) {
        refused++
        response.writeHead(500).end()
        return
      }
      taken.set(id, (taken.get(id) ?? 0) + 1)
      digests.set(id, hash.digest('hex'))
      response.writeHead(204).end()
      for (const check of waiting) check()
    })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the sink listens on no port')

  return {
    url: `http://127.0.0.1:${address.port}/hook`,
    taken,
    digests,
    refused: () => refused,
    tookAll(ids) {
      const missing = new Set(ids)
      return new Promise((resolve) => {
        const check = () => {
          for (const id of missing) {
            if (!taken.has(id)) return
            missing.delete(id)
          }
          waiting.delete(check)
          resolve()
        }
        waiting.add(check)
        check()
      })
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

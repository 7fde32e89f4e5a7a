import { createHash } from 'node:crypto'
import { startDestination } from './destination.ts'

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
  let firstAttempts = 0
  let refused = 0

  const { url, until, close } = await startDestination((request, response, body) => {
    const id = String(request.headers['posthorn-event-id'])
    // Only first attempts: what was refused twice would be tried again after half a minute.
    const first = request.headers['posthorn-attempt'] === '1'
    if (first && refuseOneIn > 0 && ++firstAttempts % refuseOneIn === 0) {
      refused++
      response.writeHead(500).end()
      return
    }
    taken.set(id, (taken.get(id) ?? 0) + 1)
    digests.set(id, createHash('sha256').update(body).digest('hex'))
    response.writeHead(204).end()
  }, port)

  return {
    url,
    taken,
    digests,
    refused: () => refused,
    tookAll(ids) {
      const missing = new Set(ids)
      return until(() => {
        for (const id of missing) {
          if (!taken.has(id)) return false
          missing.delete(id)
        }
        return true
      })
    },
    close,
  }
}

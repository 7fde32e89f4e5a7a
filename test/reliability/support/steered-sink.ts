import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'

/** What a destination does with the next requests: answers with a status, or says nothing at all. */
export type Steering = number | 'hold'

export interface Arrival {
  /** Posthorn's id of the event. */
  readonly id: string
  readonly attempt: number
  /** With 2xx. */
  readonly taken: boolean
}

/** A destination that a test steers while it runs, and that writes down everything that reaches it. */
export interface SteeredSink {
  readonly url: string
  readonly arrivals: readonly Arrival[]
  steer(to: Steering): void
  /** How often each event was taken, by Posthorn's id. */
  taken(): ReadonlyMap<string, number>
  /** Resolves once what has arrived is as asked. */
  until(isSo: (arrivals: readonly Arrival[]) => boolean): Promise<void>
  close(): Promise<void>
}

export async function startSteeredSink(first: Steering = 204): Promise<SteeredSink> {
  const arrivals: Arrival[] = []
  const waiting = new Set<() => void>()
  let steering = first

  function answer(response: ServerResponse): boolean {
    if (steering === 'hold') return false
    response.writeHead(steering).end()
    return steering >= 200 && steering < 300
  }

  const server = createServer((request, response) => {
    request.resume()
    request.on('end', () => {
      const id = String(request.headers['posthorn-event-id'])
      arrivals.push({ id, attempt: Number(request.headers['posthorn-attempt']), taken: answer(response) })
      for (const check of waiting) check()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the sink listens on no port')

  return {
    url: `http://127.0.0.1:${address.port}/hook`,
    arrivals,
    steer(to) {
      steering = to
    },
    taken() {
      const times = new Map<string, number>()
      for (const { id, taken } of arrivals) if (taken) times.set(id, (times.get(id) ?? 0) + 1)
      return times
    },
    until(isSo) {
      return new Promise((resolve) => {
        const check = () => {
          if (!isSo(arrivals)) return
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

import type { ServerResponse } from 'node:http'
import { startDestination } from './destination.ts'

/** What a destination does with the next requests: answers with a status, or asks for a pause, or says nothing at all. */
export type Steering = number | 'hold' | { readonly status: number; readonly retryAfter: string }

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
  let steering = first

  function answer(response: ServerResponse): boolean {
    if (steering === 'hold') return false
    if (typeof steering === 'object') {
      response.writeHead(steering.status, { 'retry-after': steering.retryAfter }).end()
      return false
    }
    response.writeHead(steering).end()
    return steering >= 200 && steering < 300
  }

  const { url, until, close } = await startDestination((request, response) => {
    const id = String(request.headers['posthorn-event-id'])
    arrivals.push({ id, attempt: Number(request.headers['posthorn-attempt']), taken: answer(response) })
  })

  return {
    url,
    arrivals,
    steer(to) {
      steering = to
    },
    taken() {
      const times = new Map<string, number>()
      for (const { id, taken } of arrivals) if (taken) times.set(id, (times.get(id) ?? 0) + 1)
      return times
    },
    until: (isSo) => until(() => isSo(arrivals)),
    close,
  }
}

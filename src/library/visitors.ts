import type { IncomingMessage, ServerResponse } from 'node:http'

/** Requests of a host's that were handed over, until they are answered. */
export interface Visitors<T> {
  /** @param known what the host knows of the request */
  enter(raw: IncomingMessage, response: ServerResponse, known: T): void
  /** @throws {Error} of a request that was not handed over */
  of(raw: IncomingMessage): T
  /** Resolves when all that entered are answered, or gave up. */
  gone(): Promise<void>
}

export function createVisitors<T>(): Visitors<T> {
  const known = new Map<IncomingMessage, T>()
  let waiting: (() => void)[] = []

  function leave(raw: IncomingMessage): void {
    if (!known.delete(raw) || known.size > 0) return
    for (const resolve of waiting) resolve()
    waiting = []
  }

  return {
    enter(raw, response, value) {
      known.set(raw, value)
      // A request that was broken off never finishes; one that is injected never closes.
      response.once('finish', () => setImmediate(leave, raw))
      response.once('close', () => setImmediate(leave, raw))
    },
    of(raw) {
      const value = known.get(raw)
      if (value === undefined) throw new Error('this request was not handed over by its host')
      return value
    },
    gone: () => (known.size === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  }
}

/** Whether somebody has begun to read the body: what is gone of it cannot be verified. */
export function isBeingRead(raw: IncomingMessage): boolean {
  const { headers, readableDidRead, readableFlowing } = raw
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
  return hasBody && (readableDidRead || readableFlowing === true)
}

import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

/** A server that deliveries are sent to. */
export interface Destination {
  readonly url: string
  /** Resolves once it is so; looked at after every request that was answered or left open. */
  until(isSo: () => boolean): Promise<void>
  close(): Promise<void>
}

/**
 * @param answer is given each request once it has arrived as a whole
 * @param port 0 takes a free one
 */
export async function startDestination(
  answer: (request: IncomingMessage, response: ServerResponse, body: Buffer) => void,
  port = 0,
): Promise<Destination> {
  const waiting = new Set<() => void>()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      answer(request, response, Buffer.concat(chunks))
      for (const check of waiting) check()
    })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the destination listens on no port')
  return {
    url: `http://127.0.0.1:${address.port}/hook`,
    until(isSo) {
      return new Promise((resolve) => {
        const check = () => {
          if (!isSo()) return
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

import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

const isHere = (host: string) =>
  Object.values(networkInterfaces())
    .flat()
    .some((one) => one?.address === host)

/** Why nothing can listen on `::1` here; false: it can. */
export const noIpv6: string | false = isHere('::1') ? false : 'this machine has no ::1'

/** A port that nobody listens on now; of a host in a network of its own, where only the test's server is, any will do. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  const server = createServer().listen(0, isHere(host) ? host : '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** As it is written in a URL. */
export function inUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

/** Resolves once somebody listens there, unless it is known before that nobody will. */
export async function listening(port: number, host = '127.0.0.1', ended?: AbortSignal): Promise<void> {
  for (;;) {
    ended?.throwIfAborted()
    const socket = connect({ port, host })
    try {
      await once(socket, 'connect')
      return
    } catch {
      await sleep(10)
    } finally {
      socket.destroy()
    }
  }
}

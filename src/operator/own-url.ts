import { isIPv6, type Server, type Socket } from 'node:net'
import { plainAddress } from '../net/plain-address.ts'

/**
 * Where a process reaches itself: at the address at which it was just reached, which is also right where it is a guest of
 * another server; otherwise where its own server listens. Null: nowhere, or on no port.
 *
 * @param prefix what the paths of all its routes begin with, without a slash at its end
 */
export function ownUrl(
  { localAddress, localPort }: Pick<Socket, 'localAddress' | 'localPort'>,
  server: Pick<Server, 'address'>,
  prefix: string,
): string | null {
  if (localAddress !== undefined && localPort !== undefined) return urlOf(localAddress, localPort, prefix)
  const listening = server.address()
  if (listening === null || typeof listening === 'string') return null
  return urlOf(listening.address, listening.port, prefix)
}

function urlOf(address: string, port: number, prefix: string): string {
  // What listens everywhere listens here.
  const host = address === '::' || address === '0.0.0.0' ? '127.0.0.1' : plainAddress(address)
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}${prefix}`
}

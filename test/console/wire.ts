import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { Cleanup, Gateway } from '../support/gateway.ts'

/** What lies between a browser and a gateway. */
export interface Wire {
  /** The gateway as the browser reaches it. */
  readonly gateway: Gateway
  /** Ends every connection, and each that is tried from now on. */
  cut(): void
  mend(): void
}

export async function startWire(t: Cleanup, gateway: Gateway): Promise<Wire> {
  const sockets = new Set<Socket>()
  let isCut = false
  const server = createServer((near) => {
    near.on('error', () => {})
    if (isCut) {
      near.destroy()
      return
    }
    const far = connect(gateway.port, '127.0.0.1').on('error', () => {})
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one)
      one.pipe(other)
      one.once('close', () => {
        sockets.delete(one)
        other.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    isCut = true
    for (const socket of sockets) socket.destroy()
  }
  t.after(() => {
    cut()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    gateway: { ...gateway, port, url: `http://127.0.0.1:${port}` },
    cut,
    mend() {
      isCut = false
    },
  }
}

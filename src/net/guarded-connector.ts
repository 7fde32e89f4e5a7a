import type { ConnectionOptions } from 'node:tls'
import { buildConnector } from 'undici'
import { createGuard, type NetworkPolicy, type Resolve } from './guard.ts'

export interface GuardedConnectorOptions {
  readonly policy: NetworkPolicy
  /** Milliseconds for name, connection and TLS together. */
  readonly timeoutMs: number
  /** Default: the system's. */
  readonly resolve?: Resolve
  /** Default: the system's certificate authorities. */
  readonly ca?: ConnectionOptions['ca']
}

/**
 * For `connect` of an undici `Agent` or `Pool`. Checked are the host as it is written, each address it resolves to, of which
 * one is then dialled without asking again, and the peer of the connection that was made. An `Agent` follows no redirect
 * by itself; each host that one would lead to meets this connector again.
 */
export function createGuardedConnector(options: GuardedConnectorOptions): buildConnector.connector {
  const guard = createGuard(options.policy, options.resolve)
  const connect = buildConnector({
    timeout: options.timeoutMs,
    allowH2: false,
    lookup: guard.lookup,
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  })
  return (target, callback) => {
    let hostname: string
    try {
      hostname = guard.checkHost(target.hostname)
    } catch (error) {
      // Never before the caller has returned, as with any other failure to connect.
      queueMicrotask(() => callback(asError(error), null))
      return
    }
    connect({ ...target, hostname }, (...[error, socket]) => {
      if (error !== null) return callback(error, null)
      try {
        // Whatever way the connection came about, this is whom we talk to.
        guard.checkAddress(socket.remoteAddress ?? '', hostname)
      } catch (blocked) {
        socket.destroy()
        return callback(asError(blocked), null)
      }
      callback(null, socket)
    })
  }
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}

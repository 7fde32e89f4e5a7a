import { getCACertificates } from 'node:tls'
import { Cluster, Redis, type RedisOptions } from 'ioredis'
import type { RedisAddress } from './address.ts'

export interface ClientOptions {
  readonly address: RedisAddress
  /** PEM of the authorities that are trusted beside the usual ones; null: those alone. */
  readonly ca: string | null
  readonly connectTimeoutMs: number
}

export type RedisClient = Redis | Cluster

const maxReconnectMs = 1_000
/** A connection that answers nothing for so long, while it is asked, is given up for a new one. */
const silenceMs = 10_000

/**
 * A client that connects when it is told to and goes on connecting until it is closed. While there is no connection, every
 * command fails at once, and one whose connection is lost fails too: nothing is ever sent twice or kept for later, since
 * only the caller knows what may be tried again.
 */
export function createRedisClient({ address, ca, connectTimeoutMs }: ClientOptions): RedisClient {
  const { username, password, db, sentinel, path } = address
  const trusted = ca === null ? {} : { ca: [...getCACertificates('default'), ca] }
  const tls = address.tls ? { tls: trusted } : {}
  const login = { ...(username === null ? {} : { username }), ...(password === null ? {} : { password }) }
  const options = {
    ...login,
    ...tls,
    db,
    // IPv4 and IPv6: some private networks have only the one, some only the other.
    family: 0,
    connectTimeout: connectTimeoutMs,
    socketTimeout: silenceMs,
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectionName: 'posthorn',
    retryStrategy: pause,
    // What a failover leaves behind is no place to write to.
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
  } satisfies RedisOptions
  if (address.kind === 'cluster') {
    const { retryStrategy: _, enableOfflineQueue: __, db: ___, ...redisOptions } = options
    return new Cluster([...address.nodes], {
      lazyConnect: true,
      enableOfflineQueue: false,
      clusterRetryStrategy: pause,
      clusterNodeRetryStrategy: pause,
      retryDelayOnFailover: 0,
      slotsRefreshTimeout: connectTimeoutMs,
      // A node is known by its name where certificates are checked by it.
      dnsLookup: (host, done) => done(null, host),
      redisOptions,
    })
  }
  if (sentinel !== null) {
    return new Redis({
      ...options,
      sentinels: [...address.nodes],
      name: sentinel.name,
      failoverDetector: true,
      sentinelRetryStrategy: pause,
      enableTLSForSentinelMode: address.tls,
      ...(address.tls ? { sentinelTLS: trusted } : {}),
      ...(sentinel.username === null ? {} : { sentinelUsername: sentinel.username }),
      ...(sentinel.password === null ? {} : { sentinelPassword: sentinel.password }),
    })
  }
  const [node] = address.nodes
  return new Redis(path === null ? { ...options, ...node } : { ...options, path })
}

/** Milliseconds before another try to connect. */
function pause(tries: number): number {
  return Math.min(25 * 2 ** Math.min(tries, 6), maxReconnectMs)
}

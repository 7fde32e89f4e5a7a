import type { buildConnector } from 'undici'
import { type NetworkPolicy, operatorNetworks, publicOnly } from '../net/guard.ts'
import type { HttpsClient } from '../net/https-client.ts'
import { createKeyCache, type KeyCache } from './key-cache.ts'
import { createLimiter, type Limiter } from './limiter.ts'

/** Milliseconds for a name, a connection and TLS. */
const connectTimeoutMs = 2_000

/** What fetches keys: one for the whole process, so that what is kept and counted is shared by all sources. */
export interface KeyService {
  readonly cache: KeyCache
  readonly limiter: Limiter
  /** For hosts that rows name. */
  readonly publicClient: HttpsClient
  /** For hosts that the operator names. */
  readonly operatorClient: HttpsClient
  readonly now: () => number
  close(): Promise<void>
}

export interface KeyServiceOptions {
  /** Unix milliseconds. */
  readonly now?: () => number
  /** Makes the connections that a policy allows; by default guarded ones to the hosts themselves. */
  readonly connectorFor?: (policy: NetworkPolicy) => buildConnector.connector
}

/** Loads what only sources with fetched keys need. */
export async function createKeyService({ now = Date.now, connectorFor }: KeyServiceOptions = {}): Promise<KeyService> {
  const { createGuardedConnector } = await import('../net/guarded-connector.ts')
  const { createHttpsClient } = await import('../net/https-client.ts')
  const guarded = (policy: NetworkPolicy) => createGuardedConnector({ policy, timeoutMs: connectTimeoutMs })
  const clientFor = (policy: NetworkPolicy) => createHttpsClient((connectorFor ?? guarded)(policy))
  const limiter = createLimiter()
  const publicClient = clientFor(publicOnly)
  const operatorClient = clientFor(operatorNetworks)
  return {
    cache: createKeyCache(limiter, now),
    limiter,
    publicClient,
    operatorClient,
    now,
    async close() {
      await Promise.all([publicClient.close(), operatorClient.close()])
    },
  }
}

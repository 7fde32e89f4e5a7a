import type { RedisAddress } from '../../redis/address.ts'
import { createRedisClient } from '../../redis/client.ts'
import { StoreOpenError } from '../errors.ts'
import { type Durability, doubtsOf, refusalOf, reportDurability } from './durability.ts'

export interface ReachOptions {
  readonly ca: string | null
  readonly durability: Durability
  /** How long it may take, in milliseconds. */
  readonly timeoutMs: number
}

/**
 * Asks a Redis what the store would ask it at start, and leaves it as it is. Resolves with the ways in which accepted events
 * may be lost there all the same.
 * @throws {StoreOpenError} where a gateway would not start; the message says what to do.
 */
export async function reach(address: RedisAddress, options: ReachOptions): Promise<readonly string[]> {
  const { ca, durability, timeoutMs } = options
  const client = createRedisClient({ address, ca, connectTimeoutMs: timeoutMs })
  const where = `Redis at ${address.label}`
  let lastError = `no answer within ${timeoutMs} ms`
  client.on('error', (error: Error) => {
    // Of a Cluster it says only that there is nobody.
    lastError = ('lastNodeError' in error && error.lastNodeError instanceof Error ? error.lastNodeError : error).message
  })
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(lastError)), timeoutMs)
  try {
    const report = await Promise.race([
      late.promise,
      client.connect().then(
        () => reportDurability(client),
        (error: Error) => Promise.reject(lastError.startsWith('no answer') ? error : new Error(lastError)),
      ),
    ])
    const refusal = refusalOf(report, durability)
    if (refusal !== null) throw new Error(refusal)
    return doubtsOf(address, report).map((doubt) => `${where}: ${doubt}`)
  } catch (error) {
    throw new StoreOpenError(`REDIS_URL: ${where}: ${error instanceof Error ? error.message : String(error)}`)
  } finally {
    clearTimeout(timer)
    client.disconnect()
  }
}

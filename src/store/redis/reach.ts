import type { RedisAddress } from '../../redis/address.ts'
import { createRedisClient, type RedisClient } from '../../redis/client.ts'
import { StoreOpenError } from '../errors.ts'
import type { TimeAnswer } from '../server-clock.ts'
import { type Durability, doubtsOf, refusalOf, reportDurability } from './durability.ts'
import { tagOf } from './queue-names.ts'
import { isReply, listOf, numberOf } from './replies.ts'

export interface ReachOptions {
  readonly ca: string | null
  /** What our keys begin with. */
  readonly prefix: string
  readonly durability: Durability
  /** How long it may take, in milliseconds. */
  readonly timeoutMs: number
  /** This machine's clock (`Date.now`). */
  readonly clock?: (() => number) | undefined
}

export interface Reached {
  /** Ways in which accepted events may be lost there all the same. */
  readonly doubts: readonly string[]
  readonly time: TimeAnswer
}

/**
 * Asks a Redis what the store would ask it at start, and leaves it as it is.
 * @throws {StoreOpenError} where a gateway would not start; the message says what to do.
 */
export async function reach(address: RedisAddress, options: ReachOptions): Promise<Reached> {
  const { ca, prefix, durability, timeoutMs, clock = Date.now } = options
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
    const { report, time } = await Promise.race([
      late.promise,
      client.connect().then(
        async () => ({ report: await reportDurability(client), time: await timeOf(client, prefix, clock) }),
        (error: Error) => Promise.reject(lastError.startsWith('no answer') ? error : new Error(lastError)),
      ),
    ])
    const refusal = refusalOf(report, durability)
    if (refusal !== null) throw new Error(refusal)
    return { doubts: doubtsOf(address, report).map((doubt) => `${where}: ${doubt}`), time }
  } catch (error) {
    throw new StoreOpenError(`REDIS_URL: ${where}: ${error instanceof Error ? error.message : String(error)}`)
  } finally {
    clearTimeout(timer)
    client.disconnect()
  }
}

/** Of the server that has our keys; a Cluster has several. */
async function timeOf(client: RedisClient, prefix: string, clock: () => number): Promise<TimeAnswer> {
  const askedAt = clock()
  const answer = await client.eval("return redis.call('TIME')", 1, tagOf(prefix))
  const heardAt = clock()
  const [seconds, microseconds] = isReply(answer) ? listOf(answer) : []
  return { time: numberOf(seconds) * 1000 + Math.floor(numberOf(microseconds) / 1000), askedAt, heardAt }
}

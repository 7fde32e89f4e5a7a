import type { Config } from '../config/types.ts'
import { durabilityOf } from '../operator/engine.ts'
import { StoreOpenError } from '../store/errors.ts'
import type { StoreEngine } from '../store/types.ts'
import { type Finding, fail, ok, warn } from './findings.ts'
import { sentenceOf } from './words.ts'

const timeoutMs = 5_000

/**
 * Whether what keeps the events is there and keeps them through a loss of power. A database or a Redis is asked; nothing is
 * changed.
 */
export async function checkStore(config: Config): Promise<readonly Finding[]> {
  try {
    const { engine, doubts } = await ask(config)
    if (doubts.length === 0) return [ok('store', durabilityOf(engine))]
    return doubts.map((doubt) => warn('store', sentenceOf(doubt)))
  } catch (error) {
    if (error instanceof StoreOpenError) return [fail('store', `${error.message}.`)]
    throw error
  }
}

/** What asks them is loaded where they are asked: it is not small. */
async function ask({ database, redis }: Config): Promise<{ engine: StoreEngine; doubts: readonly string[] }> {
  if (database !== null) {
    const { reach } = await import('../store/postgres/reach.ts')
    const { warnings } = await reach(database.address, { waitMs: 0, timeoutMs, onWaiting: () => {} })
    return { engine: 'postgres', doubts: warnings }
  }
  if (redis === null) return { engine: 'sqlite', doubts: [] }
  const { reach } = await import('../store/redis/reach.ts')
  return { engine: 'redis', doubts: await reach(redis.address, { ...redis, timeoutMs }) }
}

import type { Config } from '../config/types.ts'
import { durabilityOf } from '../operator/engine.ts'
import { StoreOpenError } from '../store/errors.ts'
import { aheadBy, type TimeAnswer } from '../store/server-clock.ts'
import type { StoreEngine } from '../store/types.ts'
import { checkStoreClock } from './check-clock.ts'
import { type Finding, fail, ok, warn } from './findings.ts'
import { sentenceOf } from './words.ts'

const timeoutMs = 5_000

/**
 * Whether what keeps the events is there and keeps them through a loss of power. A database or a Redis is asked; nothing is
 * changed.
 */
export async function checkStore(config: Config, clock: () => number = Date.now): Promise<readonly Finding[]> {
  try {
    const { engine, doubts, time } = await ask(config, clock)
    return [
      ...(doubts.length === 0 ? [ok('store', durabilityOf(engine))] : []),
      ...doubts.map((doubt) => warn('store', sentenceOf(doubt))),
      ...(time === null || engine === 'sqlite' ? [] : [checkStoreClock(engine, aheadBy(time))]),
    ]
  } catch (error) {
    if (error instanceof StoreOpenError) return [fail('store', `${error.message}.`)]
    throw error
  }
}

interface Found {
  readonly engine: StoreEngine
  readonly doubts: readonly string[]
  /** Null: it has no clock of its own. */
  readonly time: TimeAnswer | null
}

/** What asks them is loaded where they are asked: it is not small. */
async function ask({ database, redis }: Config, clock: () => number): Promise<Found> {
  if (database !== null) {
    const { reach } = await import('../store/postgres/reach.ts')
    const { warnings, time } = await reach(database.address, { waitMs: 0, timeoutMs, clock, onWaiting: () => {} })
    return { engine: 'postgres', doubts: warnings, time }
  }
  if (redis === null) return { engine: 'sqlite', doubts: [], time: null }
  const { reach } = await import('../store/redis/reach.ts')
  return { engine: 'redis', ...(await reach(redis.address, { ...redis, timeoutMs, clock })) }
}

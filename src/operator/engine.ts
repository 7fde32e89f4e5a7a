import type { Config } from '../config/types.ts'

/** What the operator may rely on, by what keeps the events. */
const durability = {
  sqlite: 'An event is in a file on this machine, and flushed to its disk, before it is answered 200.',
  postgres: 'An event is committed in Postgres, and flushed to its disk, before it is answered 200.',
  redis: 'An event is in Redis, and appended to its log on disk, before it is answered 200.',
} as const

export type Engine = keyof typeof durability

/** In one sentence, for people. */
export function durabilityOf(engine: Engine): string {
  return durability[engine]
}

/** What keeps the events of a gateway with these settings. */
export function engineOf({ database, redis }: Pick<Config, 'database' | 'redis'>): Engine {
  if (database !== null) return 'postgres'
  return redis === null ? 'sqlite' : 'redis'
}

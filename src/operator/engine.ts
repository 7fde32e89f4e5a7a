import type { StoreEngine } from '../store/types.ts'

/** What the operator may rely on, by what keeps the events. */
const durability: Readonly<Record<StoreEngine, string>> = {
  sqlite: 'An event is in a file on this machine, and flushed to its disk, before it is answered 200.',
  postgres: 'An event is committed in Postgres, and flushed to its disk, before it is answered 200.',
  redis: 'An event is in Redis, and appended to its log on disk, before it is answered 200.',
}

/** In one sentence, for people. */
export function durabilityOf(engine: StoreEngine): string {
  return durability[engine]
}

import type { StoreEngine } from '../store/types.ts'

/** What the operator may rely on, by what keeps the events. */
const durability: Readonly<Record<StoreEngine, string>> = {
  sqlite: 'An event is in a file on this machine, and flushed to its disk, before it is answered 200.',
  postgres: 'An event is committed in Postgres, and flushed to its disk, before it is answered 200.',
  redis: 'An event is in Redis, and appended to its log on disk, before it is answered 200.',
}

/** What is left of it where the store has doubts. */
const doubted: Readonly<Record<StoreEngine, string>> = {
  sqlite: 'An event is in a file on this machine before it is answered 200, but may be lost: see the warnings.',
  postgres: 'An event is committed in Postgres before it is answered 200, but may be lost: see the warnings.',
  redis: 'An event is in Redis before it is answered 200, but may be lost: see the warnings.',
}

/** In one sentence, for people; `doubts` are the store's own. */
export function durabilityOf(engine: StoreEngine, doubts: readonly string[] = []): string {
  return doubts.length === 0 ? durability[engine] : doubted[engine]
}

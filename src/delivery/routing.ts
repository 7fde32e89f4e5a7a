import type { Destination, Routable } from './types.ts'

export interface Router {
  /** Names of the destinations an event goes to. */
  destinationsFor(event: Routable): readonly string[]
}

/** Types are the senders' to choose, so what is remembered of them is bounded. */
const CACHE_LIMIT = 1_024

/** Answers which destinations take an event. Asked for every accepted event: the answer is kept per source and type. */
export function createRouter(
  destinations: readonly Pick<Destination, 'name' | 'matches'>[],
  cacheLimit = CACHE_LIMIT,
): Router {
  const cache = new Map<string, readonly string[]>()

  return {
    destinationsFor(event) {
      // The length in front keeps any two (source, type) apart, whatever characters they hold.
      const key = `${event.source.length}:${event.source}${event.type}`
      const known = cache.get(key)
      if (known !== undefined) return known
      const names = Object.freeze(destinations.filter((each) => each.matches(event)).map((each) => each.name))
      if (cache.size >= cacheLimit) {
        for (const oldest of cache.keys()) {
          cache.delete(oldest)
          break
        }
      }
      cache.set(key, names)
      return names
    },
  }
}

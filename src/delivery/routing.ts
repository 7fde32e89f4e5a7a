import type { FilterQuery } from '../config/types.ts'
import type { Destination, Routable } from './types.ts'

/** Where an event may go, as far as its source and type say. Also its selection, where no filter has a say. */
export interface Candidates {
  /** Destinations whose route fits. */
  readonly names: readonly string[]
  /** Those of them that have a filter too. */
  readonly filtered: readonly string[]
  readonly undecided: readonly string[]
}

export interface Router {
  candidates(event: Routable): Candidates
  /** By name of destination. */
  readonly filters: ReadonlyMap<string, FilterQuery>
}

/** Types are the senders' to choose, so what is remembered of them is bounded. */
const CACHE_LIMIT = 1_024

/** Answers which destinations may take an event. Asked for every accepted event: the answer is kept per source and type. */
export function createRouter(
  destinations: readonly Pick<Destination, 'name' | 'matches' | 'filter'>[],
  cacheLimit = CACHE_LIMIT,
): Router {
  const cache = new Map<string, Candidates>()
  const filters = new Map<string, FilterQuery>()
  for (const { name, filter } of destinations) if (filter !== undefined) filters.set(name, filter)

  function find(event: Routable): Candidates {
    const names = Object.freeze(destinations.filter((each) => each.matches(event)).map((each) => each.name))
    const filtered = Object.freeze(names.filter((name) => filters.has(name)))
    return Object.freeze({ names, filtered, undecided: Object.freeze([]) })
  }

  return {
    filters,
    candidates(event) {
      // The length in front keeps any two (source, type) apart, whatever characters they hold.
      const key = `${event.source.length}:${event.source}${event.type}`
      const known = cache.get(key)
      if (known !== undefined) return known
      const candidates = find(event)
      if (cache.size >= cacheLimit) {
        for (const oldest of cache.keys()) {
          cache.delete(oldest)
          break
        }
      }
      cache.set(key, candidates)
      return candidates
    },
  }
}

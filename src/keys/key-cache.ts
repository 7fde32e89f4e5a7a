import { describeError } from '../delivery/one-line.ts'
import type { Limiter } from './limiter.ts'
import type { KeyAnswer, KeyQuestion, KeySet, PublishedKeys } from './types.ts'

const second = 1000
const hour = 3600 * second
/** How long a set is used after its server could last be asked. */
const staleMs = 7 * 24 * hour
/** How long a key that its server does not know is not asked for again. */
const unknownMs = 60 * second
/** How long a server that failed is left alone. */
const failedMs = 10 * second
/** A set that lacks a key is asked for again no sooner than this after it was fetched. */
const refetchMs = 30 * second
const maxSets = 500
const maxMisses = 1000

interface Entry {
  readonly set: KeySet
  readonly fetchedAt: number
}

interface Miss {
  readonly answer: KeyAnswer
  readonly until: number
}

/** Keys by their name. */
export interface KeyCache {
  /**
   * At once where the cache knows. Requests that want the same keys at the same time share one fetch. While a server cannot
   * be asked, keys that it gave before go on to serve; what it does not know is remembered for a minute.
   */
  get(question: KeyQuestion): KeyAnswer | Promise<KeyAnswer>
}

/** `now`: Unix milliseconds. */
export function createKeyCache(limiter: Limiter, now: () => number): KeyCache {
  const entries = new Map<string, Entry>()
  /** Apart from the keys, so that no flood of unknown ones can push out one that serves. */
  const misses = new Map<string, Miss>()
  const fetches = new Map<string, Promise<void>>()

  function get(question: KeyQuestion): KeyAnswer | Promise<KeyAnswer> {
    const { name, keyId, freshMs, service } = question
    const entry = entries.get(name)
    const age = entry === undefined ? Number.POSITIVE_INFINITY : now() - entry.fetchedAt
    const found = entry === undefined || age > staleMs ? null : select(entry.set, keyId)
    if (found !== null && age < freshMs) {
      touch(name, entry)
      return answerOf(question)
    }
    const stale = () => (found === null ? null : answerOf(question))
    if (entry !== undefined && found === null && age < refetchMs) return answerOf(question)
    const miss = misses.get(name)
    if (miss !== undefined && now() < miss.until) return stale() ?? miss.answer
    const underWay = fetches.get(name)
    if (underWay !== undefined) return underWay.then(() => answerOf(question))
    // A key that is known is asked for again whatever else is asked for: there are few, and each has its time.
    if (found === null && !limiter.take(service, now())) {
      return { problem: 'unavailable', detail: `Too many keys of ${service} were asked for lately.` }
    }
    const fetching = fetchInto(question).finally(() => fetches.delete(name))
    fetches.set(name, fetching)
    return fetching.then(() => answerOf(question))
  }

  async function fetchInto({ name, service, fetch }: KeyQuestion): Promise<void> {
    try {
      const set = await fetch()
      misses.delete(name)
      if (set !== null) return put(entries, name, { set, fetchedAt: now() }, maxSets)
      entries.delete(name)
      put(misses, name, { answer: unknown(`${service} knows no key of that id.`), until: now() + unknownMs }, maxMisses)
    } catch (error) {
      const detail = `The keys of ${service} cannot be fetched: ${describeError(error)}`
      put(misses, name, { answer: { problem: 'unavailable', detail }, until: now() + failedMs }, maxMisses)
    }
  }

  /** From what is known now, whatever its age. */
  function answerOf({ name, keyId, service }: KeyQuestion): KeyAnswer {
    const entry = entries.get(name)
    const usable = entry !== undefined && now() - entry.fetchedAt <= staleMs ? entry : null
    const found = usable === null ? null : select(usable.set, keyId)
    if (usable === null || found === null) {
      return misses.get(name)?.answer ?? unknown(`${service} publishes no such key.`)
    }
    const { validFrom, validUntil } = usable.set
    if (validFrom !== null && now() < validFrom) return unknown(`The key of ${service} is not valid yet.`)
    if (validUntil !== null && now() >= validUntil) return unknown(`The key of ${service} is no longer valid.`)
    return { keys: found }
  }

  /** What was used last stays longest. */
  function touch(name: string, entry: Entry | undefined): void {
    if (entry === undefined || entries.size < maxSets) return
    entries.delete(name)
    entries.set(name, entry)
  }

  return { get }
}

function select(set: KeySet, keyId: string | null): PublishedKeys | null {
  return keyId === null ? set.all : (set.byId.get(keyId) ?? null)
}

function unknown(detail: string): KeyAnswer {
  return { problem: 'unknown', detail }
}

function put<T>(map: Map<string, T>, name: string, value: T, limit: number): void {
  map.delete(name)
  const [oldest] = map.keys()
  if (map.size >= limit && oldest !== undefined) map.delete(oldest)
  map.set(name, value)
}

/**
 * Counts that are kept in memory and added to rows of the database about once a second, since a page written in every
 * commit for the sake of a plot would be dear. Nothing is counted for a transaction that is rolled back.
 */
export interface Tally<K> {
  /** The counts that the open transaction adds, to be added to; not to be kept beyond the transaction. */
  of(key: K): number[]
  /** A key that has no row yet, of which readers should know at once. */
  hasNew(): boolean
  /** Writes everything; inside the open transaction. */
  write(): void
  committed(): void
  rolledBack(): void
}

/** Keys whose row is known to exist; forgetting one costs a write that was not needed. */
const maxKnown = 20_000

export function createTally<K extends string | number>(
  width: number,
  upsert: (key: K, counts: readonly number[]) => void,
): Tally<K> {
  const waiting = new Map<K, number[]>()
  const fresh = new Map<K, number[]>()
  const known = new Set<K>()
  let written = false
  let news = false

  return {
    of(key) {
      let counts = fresh.get(key)
      if (counts === undefined) {
        if (!known.has(key)) news = true
        counts = new Array<number>(width).fill(0)
        fresh.set(key, counts)
      }
      return counts
    },
    hasNew: () => news,
    write() {
      for (const [key, counts] of waiting) upsert(key, counts)
      for (const [key, counts] of fresh) upsert(key, counts)
      written = true
    },
    committed() {
      if (written) {
        if (known.size > maxKnown) known.clear()
        for (const key of [...waiting.keys(), ...fresh.keys()]) known.add(key)
        waiting.clear()
      } else {
        for (const [key, counts] of fresh) addTo(waiting, key, counts)
      }
      fresh.clear()
      written = false
      news = false
    },
    rolledBack() {
      fresh.clear()
      written = false
      news = false
    },
  }
}

function addTo<K>(map: Map<K, number[]>, key: K, counts: readonly number[]): void {
  const sums = map.get(key)
  if (sums === undefined) map.set(key, [...counts])
  else for (const [i, count] of counts.entries()) sums[i] = (sums[i] ?? 0) + count
}

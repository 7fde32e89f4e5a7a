/** Things under way, in no order. */
export interface Bag<T> {
  readonly size: number
  /** Puts one in; the result takes it out again. */
  add(item: T): () => void
  items(): readonly T[]
}

interface Entry<T> {
  readonly item: T
  at: number
}

/**
 * Not a `Set`: one that things come to and go from all the time is laid out anew every few times, and each layout points to
 * the next one. Once one is old enough for V8 to take it for long-lived, so is what every later one holds.
 */
export function createBag<T>(): Bag<T> {
  const entries: Entry<T>[] = []

  return {
    get size() {
      return entries.length
    },
    add(item) {
      const entry: Entry<T> = { item, at: entries.length }
      entries.push(entry)
      return () => {
        if (entries[entry.at] !== entry) return
        const last = entries.pop()
        if (last === undefined || last === entry) return
        last.at = entry.at
        entries[last.at] = last
      }
    },
    items: () => entries.map(({ item }) => item),
  }
}

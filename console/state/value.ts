import { useEffect, useState } from 'preact/hooks'

/** Something that changes and that several parts of the page show. */
export interface Value<T> {
  get(): T
  set(value: T): void
  /** Gives back what ends it. */
  subscribe(listener: () => void): () => void
}

export function createValue<T>(initial: T): Value<T> {
  const listeners = new Set<() => void>()
  let current = initial
  return {
    get: () => current,
    set(value) {
      if (Object.is(value, current)) return
      current = value
      for (const listener of [...listeners]) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** What it is now; the component is drawn again when it changes. */
export function useValue<T>(value: Value<T>): T {
  const [, redraw] = useState(0)
  useEffect(() => value.subscribe(() => redraw((count) => count + 1)), [value])
  return value.get()
}

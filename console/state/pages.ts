import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { ask, describe, withQuery } from './api.ts'
import type { Start } from './tail.ts'

/** A list that comes in pages, as far as it was asked for. */
export interface Pages<T, A = unknown> {
  readonly items: readonly T[]
  /** Nothing is known yet. */
  readonly first: boolean
  readonly loading: boolean
  readonly problem: string | null
  /** The whole list is here. */
  readonly complete: boolean
  /** So much is here that no more is added: the reader should narrow it. */
  readonly full: boolean
  /** Many pages in a row held nothing: whoever wants goes on looking. */
  readonly tired: boolean
  /** The reader comes near the end. */
  readonly more: () => void
  /** After a problem, or where many pages held nothing. */
  readonly goOn: () => void
  /** From where to watch what is not in it yet, for a list that can be watched. */
  readonly start: Start | null
  /** Asks for the first page again, and leaves the list as it is. */
  readonly peek: (signal: AbortSignal) => Promise<A>
  readonly reload: () => void
  readonly change: (change: (items: readonly T[]) => readonly T[]) => void
}

export interface PagesOptions<A, T> {
  readonly path: string
  readonly query: Readonly<Record<string, string | undefined>>
  /** Takes the list out of an answer. */
  readonly read: (answer: A) => readonly T[]
  readonly memory: PageMemory<T>
  /** Where the list goes on after an item, for a list whose end is cut off by `change`: it is asked for again. */
  readonly cursorOf?: (item: T) => string
  /** Takes out of the first page from where to watch. */
  readonly newestOf?: (answer: A) => string | null
}

interface State<T> {
  readonly items: readonly T[]
  /** Undefined: the first page is not here yet. */
  readonly next: string | null | undefined
  /** Pages without a find since the last one with some. */
  readonly empty: number
  readonly start: Start | null
}

/** Lists that were left, by the address of their page. */
export type PageMemory<T> = Map<string, { readonly state: State<T>; readonly scroll: number; readonly at: number }>

const pageSize = 100
const maxItems = 5_000
/** Pages without a find, each of a bounded number of rows, until the reader is asked. */
const maxEmpty = 12
const rememberedLists = 4
const rememberedMs = 120_000
const none = { items: [], next: undefined, empty: 0, start: null } as const

/**
 * Pages of a list, loaded as the reader comes near the end. What was loaded is still there, and the reader at the same
 * place, when coming back to it.
 */
export function usePages<A extends { readonly next: string | null }, T>({
  path,
  query,
  read,
  memory,
  cursorOf,
  newestOf,
}: PagesOptions<A, T>): Pages<T, A> {
  const address = withQuery(path, { ...query, limit: pageSize })
  const key = `${location.pathname}${location.search}`
  const [state, setState] = useState<State<T>>(() => {
    const left = memory.get(key)
    return left !== undefined && Date.now() - left.at < rememberedMs ? left.state : none
  })
  const [loading, setLoading] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const latest = useRef(state)
  const running = useRef<AbortController | null>(null)
  latest.current = state

  const load = useCallback(
    async (from: State<T>) => {
      if (from.next === null) return
      const controller = new AbortController()
      running.current?.abort()
      running.current = controller
      setLoading(true)
      setProblem(null)
      let next: State<T>['next'] = from.next
      let { empty } = from
      // What was added to the list meanwhile stays in it, unless the list begins anew.
      let begins = from === none
      try {
        do {
          const at = Date.now()
          const page = withQuery(path, { ...query, limit: pageSize, cursor: next ?? undefined })
          const answer: A = await ask('GET', page, { signal: controller.signal })
          if (controller.signal.aborted) return
          const found = read(answer)
          const anew = begins
          next = answer.next
          empty = found.length === 0 ? empty + 1 : 0
          const known = { next, empty }
          const newest = { id: newestOf?.(answer) ?? null, at }
          setState(({ items, start }) =>
            anew ? { items: found, ...known, start: newest } : { items: [...items, ...found], ...known, start },
          )
          begins = false
        } while (next !== null && empty > 0 && empty < maxEmpty)
      } catch (error) {
        if (controller.signal.aborted) return
        setProblem(describe(error))
      }
      if (running.current === controller) {
        running.current = null
        setLoading(false)
      }
    },
    [address],
  )

  const restored = useRef(state.next !== undefined)
  useEffect(() => {
    if (restored.current) {
      restored.current = false
      const { scroll = 0 } = memory.get(key) ?? {}
      requestAnimationFrame(() => scrollTo({ top: scroll }))
    } else {
      setState(none)
      void load(none)
    }
    return () => running.current?.abort()
  }, [load])

  useEffect(() => {
    const note = () => {
      memory.delete(key)
      memory.set(key, { state: latest.current, scroll: scrollY, at: Date.now() })
      const [oldest] = memory.keys()
      if (memory.size > rememberedLists && oldest !== undefined) memory.delete(oldest)
    }
    addEventListener('scrollend', note)
    return () => removeEventListener('scrollend', note)
  }, [key])

  const { items, next, empty, start } = state
  const full = items.length >= maxItems
  return {
    items,
    first: next === undefined && problem === null,
    loading,
    problem,
    complete: next === null,
    full,
    tired: next !== null && empty >= maxEmpty && !loading,
    more: () => {
      const isOpen = next !== null && next !== undefined && !full && empty < maxEmpty
      if (isOpen && running.current === null && problem === null) void load(latest.current)
    },
    goOn: () => void load({ ...latest.current, empty: 0 }),
    start,
    peek: (signal) => ask('GET', address, { signal }),
    reload: () => void load(none),
    change: (change) =>
      setState((last) => {
        const items = change(last.items)
        return { ...last, items, next: nextOf(last, items, cursorOf) }
      }),
  }
}

/** Where a list goes on that was changed: where it did, unless it ends elsewhere now. */
function nextOf<T>(
  last: State<T>,
  items: readonly T[],
  cursorOf: PagesOptions<never, T>['cursorOf'],
): State<T>['next'] {
  const [before, now] = [last.items.at(-1), items.at(-1)]
  if (cursorOf === undefined || now === undefined) return last.next
  return before !== undefined && cursorOf(before) === cursorOf(now) ? last.next : cursorOf(now)
}

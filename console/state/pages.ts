import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { ask, describe, withQuery } from './api.ts'

/** A list that comes in pages, as far as it was asked for. */
export interface Pages<T> {
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
  readonly reload: () => void
  readonly change: (change: (items: readonly T[]) => readonly T[]) => void
}

interface State<T> {
  readonly items: readonly T[]
  /** Undefined: the first page is not here yet. */
  readonly next: string | null | undefined
  /** Pages without a find since the last one with some. */
  readonly empty: number
}

/** Lists that were left, by the address of their page. */
export type PageMemory<T> = Map<string, { readonly state: State<T>; readonly scroll: number; readonly at: number }>

const pageSize = 100
const maxItems = 5_000
/** Pages without a find, each of a bounded number of rows, until the reader is asked. */
const maxEmpty = 12
const rememberedLists = 4
const rememberedMs = 120_000
const none = { items: [], next: undefined, empty: 0 } as const

/**
 * Pages of a list, loaded as the reader comes near the end. What was loaded is still there, and the reader at the same
 * place, when coming back to it.
 * @param read takes the list out of an answer
 */
export function usePages<A extends { readonly next: string | null }, T>(
  path: string,
  query: Readonly<Record<string, string | undefined>>,
  read: (answer: A) => readonly T[],
  memory: PageMemory<T>,
): Pages<T> {
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
      let known = from
      try {
        do {
          const answer: A = await ask(
            'GET',
            withQuery(path, { ...query, limit: pageSize, cursor: known.next ?? undefined }),
            {
              signal: controller.signal,
            },
          )
          const found = read(answer)
          known = {
            items: [...known.items, ...found],
            next: answer.next,
            empty: found.length === 0 ? known.empty + 1 : 0,
          }
          if (controller.signal.aborted) return
          setState(known)
        } while (known.next !== null && known.empty > 0 && known.empty < maxEmpty)
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

  const { items, next, empty } = state
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
      if (
        running.current === null &&
        problem === null &&
        !full &&
        next !== null &&
        next !== undefined &&
        empty < maxEmpty
      ) {
        void load(latest.current)
      }
    },
    goOn: () => void load({ ...latest.current, empty: 0 }),
    reload: () => void load(none),
    change: (change) => setState((last) => ({ ...last, items: change(last.items) })),
  }
}

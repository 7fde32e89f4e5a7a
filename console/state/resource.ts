import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { ApiProblem, ask, describe } from './api.ts'

/** An answer of the API, as far as it is known. */
export interface Resource<T> {
  /** Undefined until the first answer. */
  readonly data: T | undefined
  /** Why the last question was not answered; what was known before stays. */
  readonly problem: string | null
  /** The problem is that there is no such thing. */
  readonly gone: boolean
  readonly loading: boolean
  readonly reload: () => void
}

interface State<T> extends Pick<Resource<T>, 'data' | 'problem' | 'gone'> {
  /** Which question it is the answer to. */
  readonly path: string | null
}

/**
 * Asks now, when the path changes, when it is told to and every `everyMs` as long as somebody looks at the page.
 * @param path null: nothing is asked
 */
export function useResource<T>(path: string | null, { everyMs }: { readonly everyMs?: number } = {}): Resource<T> {
  const [state, setState] = useState<State<T>>({ path, data: undefined, problem: null, gone: false })
  const [loading, setLoading] = useState(path !== null)
  const running = useRef<AbortController | null>(null)

  const load = useCallback(async () => {
    running.current?.abort()
    if (path === null) return
    const controller = new AbortController()
    running.current = controller
    setLoading(true)
    try {
      const data = await ask<T>('GET', path, { signal: controller.signal })
      if (!controller.signal.aborted) setState({ path, data, problem: null, gone: false })
    } catch (error) {
      const gone = error instanceof ApiProblem && error.status === 404
      if (!controller.signal.aborted) setState((last) => ({ ...last, path, problem: describe(error), gone }))
    }
    if (running.current !== controller) return
    running.current = null
    setLoading(false)
  }, [path])

  useEffect(() => {
    void load()
    return () => running.current?.abort()
  }, [load])

  useEffect(() => {
    if (everyMs === undefined) return
    const look = () => {
      // A slow answer is waited for, not asked for again and again.
      if (!document.hidden && running.current === null) void load()
    }
    const timer = setInterval(look, everyMs)
    document.addEventListener('visibilitychange', look)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', look)
    }
  }, [everyMs, load])

  const current = state.path === path || everyMs !== undefined
  return {
    data: current ? state.data : undefined,
    problem: current ? state.problem : null,
    gone: current && state.gone,
    loading,
    reload: () => void load(),
  }
}

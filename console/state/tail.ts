import { useEffect, useRef, useState } from 'preact/hooks'
import type { EventView } from '../../src/operator/schemas.ts'
import { withQuery } from './api.ts'

export type TailState = 'off' | 'connecting' | 'live' | 'stopped'

/** Where to watch from, so that nothing is missed that is not shown yet. */
export interface Start {
  /** Null: the gateway did not say, as older ones do not. */
  readonly id: string | null
  /** When it was known, by the page's clock. */
  readonly at: number
}

export interface TailOptions {
  /** Null: nothing is watched. */
  readonly query: Readonly<Record<string, string | undefined>> | null
  /** Newest first, those that came since the last call; `missed`: there were more of them. Some may have been shown before. */
  readonly onEvents: (events: readonly EventView[], missed: boolean) => void
  /** Of the list that is shown: when that is read anew, so is the stream. */
  readonly start: Start | null
  /** Shows what came since, by asking for the list, and says from where to watch then. */
  readonly catchUp: (signal: AbortSignal) => Promise<Start>
}

/** However fast events come, the page is drawn so often. */
const drawMs = 200
/** Of what comes between two drawings, the newest so many: nobody could read the others. */
const maxWaiting = 500
/** What came in a longer time than this is asked for: as a list it is a page, as a stream it might be a night's events. */
const freshMs = 60_000
/** Until it is tried again: after the stream was cut off, and after the gateway refused it. */
const pauseMs = { connecting: 1_000, stopped: 10_000 } as const

/** Events as they are stored. Closed while nobody looks at the page: browsers have few connections to one host. */
export function useTail({ query, onEvents, start, catchUp }: TailOptions): {
  readonly state: TailState
  readonly again: () => void
} {
  const [state, setState] = useState<TailState>('off')
  const [tries, setTries] = useState(0)
  const latest = useRef({ onEvents, catchUp })
  latest.current = { onEvents, catchUp }
  /** How far it was shown. */
  const place = useRef({ start, known: start })
  if (place.current.start !== start) place.current = { start, known: start }
  const watched = query === null ? null : withQuery('/api/stream', query)

  useEffect(() => {
    if (watched === null) {
      setState('off')
      return
    }
    const { current } = place
    let stream: AbortController | null = null
    let pause: ReturnType<typeof setTimeout> | undefined
    let waiting: EventView[] = []
    let missed = false

    const draw = () => {
      const events = waiting.reverse()
      const [newest] = events
      if (newest === undefined) return
      waiting = []
      current.known = { id: newest.id, at: Date.now() }
      latest.current.onEvents(events, missed)
      missed = false
    }
    const close = () => {
      clearTimeout(pause)
      stream?.abort()
      stream = null
    }
    // A browser's own second try would begin where the first one ended, however long ago that was.
    const fail = (next: keyof typeof pauseMs) => {
      close()
      draw()
      setState(next)
      pause = setTimeout(open, pauseMs[next])
    }
    const open = async () => {
      if (stream !== null || document.hidden) return
      stream = new AbortController()
      const { signal } = stream
      setState((last) => (last === 'stopped' ? last : 'connecting'))
      let { known } = current
      if (known === null || Date.now() - known.at > freshMs) {
        try {
          known = await latest.current.catchUp(signal)
        } catch {
          if (!signal.aborted) fail('connecting')
          return
        }
        if (signal.aborted) return
        current.known = known
      }
      const source = new EventSource(withQuery('/api/stream', { ...query, after: known.id ?? undefined }))
      signal.addEventListener('abort', () => source.close())
      source.onopen = () => setState('live')
      source.onerror = () => {
        if (source.readyState !== EventSource.CLOSED) return fail('connecting')
        fail('stopped')
        // Why it was refused is said to who asks for the list.
        current.known = null
      }
      source.addEventListener('event', ({ data }) => {
        const event: EventView = JSON.parse(data)
        waiting.push(event)
        if (waiting.length <= maxWaiting) return
        waiting = waiting.slice(-maxWaiting)
        missed = true
      })
    }
    const look = () => {
      if (!document.hidden) return void open()
      close()
      draw()
    }
    const drawing = setInterval(draw, drawMs)
    void open()
    document.addEventListener('visibilitychange', look)
    return () => {
      close()
      clearInterval(drawing)
      document.removeEventListener('visibilitychange', look)
    }
  }, [watched, tries, start])

  const again = () => {
    setState('connecting')
    setTries((count) => count + 1)
  }
  return { state, again }
}

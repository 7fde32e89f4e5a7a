import { useEffect, useRef, useState } from 'preact/hooks'
import type { EventView } from '../../src/operator/schemas.ts'
import { withQuery } from './api.ts'

export type TailState = 'off' | 'connecting' | 'live' | 'stopped'

export interface TailOptions {
  /** Null: nothing is watched. */
  readonly query: Readonly<Record<string, string | undefined>> | null
  /** Newest first, those that came since the last call; `missed`: there were more of them. */
  readonly onEvents: (events: readonly EventView[], missed: boolean) => void
  /** The newest event that is known; what came after it is not missed. */
  readonly after: () => string | undefined
}

/** However fast events come, the page is drawn so often. */
const drawMs = 200
/** Of what comes between two drawings, the newest so many: nobody could read the others. */
const maxWaiting = 500

/** Events as they are stored. Closed while nobody looks at the page: browsers have few connections to one host. */
export function useTail({ query, onEvents, after }: TailOptions): {
  readonly state: TailState
  readonly again: () => void
} {
  const [state, setState] = useState<TailState>('off')
  const [tries, setTries] = useState(0)
  const latest = useRef({ onEvents, after })
  latest.current = { onEvents, after }
  const watched = query === null ? null : withQuery('/api/stream', query)

  useEffect(() => {
    if (watched === null) {
      setState('off')
      return
    }
    let source: EventSource | null = null
    let waiting: EventView[] = []
    let missed = false
    let last: string | undefined
    const timer = setInterval(() => {
      if (waiting.length === 0) return
      const events = waiting.reverse()
      waiting = []
      latest.current.onEvents(events, missed)
      missed = false
    }, drawMs)

    const close = () => {
      source?.close()
      source = null
    }
    const open = () => {
      if (source !== null || document.hidden) return
      setState('connecting')
      const from = last ?? latest.current.after()
      const opened = new EventSource(withQuery('/api/stream', { ...query, after: from }))
      source = opened
      opened.onopen = () => setState('live')
      opened.onerror = () => setState(opened.readyState === EventSource.CLOSED ? 'stopped' : 'connecting')
      opened.addEventListener('event', ({ data }) => {
        const event: EventView = JSON.parse(data)
        last = event.id
        waiting.push(event)
        if (waiting.length <= maxWaiting) return
        waiting = waiting.slice(-maxWaiting)
        missed = true
      })
    }
    const look = () => (document.hidden ? close() : open())
    open()
    document.addEventListener('visibilitychange', look)
    return () => {
      close()
      clearInterval(timer)
      document.removeEventListener('visibilitychange', look)
    }
  }, [watched, tries])

  return { state, again: () => setTries((count) => count + 1) }
}

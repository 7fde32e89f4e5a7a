import { useEffect, useRef } from 'preact/hooks'
import type { EventView } from '../../src/operator/schemas.ts'
import { isUnfinished } from '../text/states.ts'
import { ask, withQuery } from './api.ts'
import type { Pages } from './pages.ts'
import type { EventPage } from './types.ts'

const refreshMs = 2_000
/** Of these at most the state is asked for again. */
const refreshed = 100

/** Deliveries go on after an event was shown: what is unfinished near the top is asked for again. */
export function useFreshStates(
  { items, change }: Pick<Pages<EventView>, 'items' | 'change'>,
  asked: Readonly<Record<string, string | undefined>>,
): void {
  const latest = useRef(items)
  latest.current = items
  const address = withQuery('/api/events', { ...asked, limit: refreshed })
  useEffect(() => {
    const controller = new AbortController()
    const timer = setInterval(async () => {
      const open = latest.current.slice(0, refreshed).some(({ deliveries }) => isUnfinished(deliveries))
      if (!open || document.hidden) return
      try {
        const { events }: EventPage = await ask('GET', address, { signal: controller.signal })
        const fresh = new Map(events.map((event) => [event.id, event]))
        change((known) => known.map((event) => fresh.get(event.id) ?? event))
      } catch {
        // The next one will tell.
      }
    }, refreshMs)
    return () => {
      controller.abort()
      clearInterval(timer)
    }
  }, [address])
}

import { setTimeout as pause } from 'node:timers/promises'
import type { EventSummary, Store } from '../store/types.ts'

/** Events as they are stored, for whoever watches. */
export interface Live {
  /** Something was stored. Cheap: call it after every accept. */
  notify(): void
  /**
   * Batches of events stored after the one with this id, in storing order, as they come, until the signal aborts. Whoever
   * goes on from the last id it was given misses none. An empty batch says now and then that there is nothing new.
   */
  watch(after: string, signal: AbortSignal): AsyncGenerator<readonly EventSummary[], void>
}

const batchSize = 100
/** Other processes may store events too: so often the store is asked even though nobody told. */
const pollMs = 1_000
/** However fast events come, nobody who looks on needs them one by one. */
const gapMs = 50

/** @param store asked for what is new, as often as there is somebody to tell and at most one batch at a time each */
export function createLive(store: Pick<Store, 'changes'>): Live {
  const waiting = new Set<() => void>()

  function news(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer)
        waiting.delete(wake)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      const timer = setTimeout(wake, pollMs)
      timer.unref()
      waiting.add(wake)
      signal.addEventListener('abort', wake, { once: true })
    })
  }

  return {
    notify() {
      for (const wake of waiting) wake()
    },
    async *watch(after, signal) {
      let last = after
      while (!signal.aborted) {
        // Asked for before looking, so that what comes meanwhile is not missed.
        const next = news(signal)
        const events = await store.changes(last, batchSize)
        last = events.at(-1)?.id ?? last
        yield events
        if (events.length === batchSize) continue
        await next
        await pause(gapMs, undefined, { signal }).catch(() => {})
      }
    },
  }
}

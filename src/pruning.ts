import type { Config } from './config/types.ts'
import type { Store } from './store/types.ts'

interface PruneLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

const firstAfterMs = 10_000
const everyMs = 5 * 60_000

/** Removes what is past its retention from time to time; returns what stops that. */
export function startPruning(
  store: Pick<Store, 'prune'>,
  { eventRetentionMs, dedupRetentionMs }: Pick<Config, 'eventRetentionMs' | 'dedupRetentionMs'>,
  log: PruneLog,
): () => void {
  let timer = setTimeout(prune, firstAfterMs)
  timer.unref()
  let stopped = false

  async function prune(): Promise<void> {
    try {
      const { payloads, events } = await store.prune({ now: Date.now(), eventRetentionMs, dedupRetentionMs })
      if (payloads + events > 0) log.info({ payloads, events }, 'pruned')
    } catch (error) {
      log.warn({ cause: error instanceof Error ? error.message : String(error) }, 'pruning failed; it is tried again')
    }
    if (stopped) return
    timer = setTimeout(prune, everyMs)
    timer.unref()
  }

  return () => {
    stopped = true
    clearTimeout(timer)
  }
}

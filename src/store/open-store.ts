import type { Config } from '../config/types.ts'
import type { Store } from './types.ts'

/** Where the store says what people should know while it opens. */
export interface StoreLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

export interface StoreHooks {
  /** Told once when the store is beyond repair: the process should end and be started again. */
  readonly onBroken: (error: string) => void
  /** Told of every commit: how many events shared it, and the seconds until it was durable. */
  readonly onCommit: (events: number, seconds: number) => void
  readonly log: StoreLog
}

/**
 * Opens the store that the configuration names. Each engine is loaded only where it is used.
 * @throws {StoreOpenError} saying what to do
 */
export async function openStore(config: Config, { onBroken, onCommit, log }: StoreHooks): Promise<Store> {
  const common = {
    dedupRetentionMs: config.dedupRetentionMs,
    timeoutMs: config.storeTimeoutMs,
    maxPendingEvents: config.maxPendingEvents,
    onCommit,
  }
  if (config.database !== null) {
    const { openPostgresStore } = await import('./postgres/store.ts')
    return openPostgresStore({
      ...common,
      ...config.database,
      onWaiting: (cause) => log.warn({ cause }, 'DATABASE_URL: the database is not there yet; waiting for it'),
      onWarning: (warning) => log.warn({}, `DATABASE_URL: ${warning}`),
    })
  }
  if (config.redis !== null) {
    const { openRedisStore } = await import('./redis/store.ts')
    return openRedisStore({ ...common, ...config.redis, onWarning: (warning) => log.warn({}, warning) })
  }
  const { openSqliteStore } = await import('./sqlite/store.ts')
  return openSqliteStore({ ...common, dataDir: config.dataDir, onBroken })
}

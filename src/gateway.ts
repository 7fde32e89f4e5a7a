import type { Logger } from 'pino'
import { type App, buildApp } from './app.ts'
import type { Config } from './config/types.ts'
import { systemClock } from './delivery/clock.ts'
import { createDestinations } from './delivery/destinations.ts'
import { createDispatcher } from './delivery/dispatcher.ts'
import { reportFindings, reportStanding } from './delivery/standing.ts'
import { isOperatorOpen } from './operator/access.ts'
import type { Metrics } from './operator/metrics.ts'
import { createOperator } from './operator/operator.ts'
import { startPruning } from './pruning.ts'
import { openSqliteStore } from './store/sqlite/store.ts'
import type { Store } from './store/types.ts'

/** Everything that runs in one process, made of one configuration. */
export interface Gateway {
  /** Not listening yet. */
  readonly app: App
  /** Names of the destinations. */
  readonly destinations: readonly string[]
  /** Begins to deliver, what an earlier run left included. */
  startDelivering(): void
  /** Answers what was asked, ends what is under way, records it, and lets go of everything. */
  close(): Promise<void>
}

/**
 * Opens the store and makes of it and the configuration what takes events and what delivers them.
 * @throws {StoreOpenError} {HandlerError} {ConfigError} saying what to do
 */
export async function openGateway(config: Config, logger: Logger): Promise<Gateway> {
  // Loaded where it is asked for: it is not small.
  const tracing =
    config.tracing === null ? null : await (await import('./tracing/tracing.ts')).openTracing(config.tracing, logger)
  let metrics: Metrics | null = null
  const store = await openSqliteStore({
    dataDir: config.dataDir,
    dedupRetentionMs: config.dedupRetentionMs,
    timeoutMs: config.storeTimeoutMs,
    maxPendingEvents: config.maxPendingEvents,
    // Nobody handles this rejection but the process: it closes in order and ends with code 1, for a supervisor to start
    // it anew.
    onBroken: (error) => void Promise.reject(new Error(`only a restart can repair the store: ${error}`)),
    onCommit: (events, seconds) => {
      tracing?.committed(events)
      metrics?.commit(events, seconds)
    },
  })
  const destinations = await createDestinations(config)
  const names = destinations.list.map(({ name }) => name)
  await reportStanding(store.destinations, destinations.list, logger)

  const dispatcher = createDispatcher({
    store,
    destinations: destinations.list,
    log: logger,
    ...(tracing === null ? {} : { tracer: tracing.attempts }),
    observe: (report) => metrics?.attempt(report),
    onBreaker: (destination, change) => metrics?.breaker(destination, change),
    onGone: (destination, reason) => void disable(store, destination, reason, logger),
  })
  const operator = isOperatorOpen(config)
    ? createOperator({ config, store, destinations: names, dispatcher, clock: systemClock, log: logger })
    : null
  if (operator !== null) {
    const { createMetrics } = await import('./operator/metrics.ts')
    const sources = [config.defaultSource, ...config.sources.values()]
    metrics = createMetrics({
      sources,
      destinations: operator.destinations,
      breaker: dispatcher.breakerState,
      store,
      dataDir: config.dataDir,
      onAnswer: operator.answers.observe,
    })
  }
  const app = await buildApp(config, {
    store,
    destinations: destinations.list,
    wake: dispatcher.wake,
    operator,
    metrics,
    tracer: tracing?.requests ?? null,
    logger,
  })
  const stopPruning = startPruning(store, config, logger)

  return {
    app,
    destinations: names,
    startDelivering() {
      dispatcher.start()
      void reportFindings(destinations.list, logger)
    },
    async close() {
      await app.close()
      stopPruning()
      await operator?.stop()
      await dispatcher.stop()
      await destinations.close()
      await store.close()
      await tracing?.stop()
    },
  }
}

/** It said that it is gone: nothing more is sent there until the operator says so. */
async function disable(store: Store, destination: string, reason: string, logger: Logger): Promise<void> {
  logger.error({ destination, reason }, 'a destination is gone: it is disabled until it is enabled again')
  try {
    await store.setDestination(destination, { disabled: reason }, Date.now())
  } catch (error) {
    // The next event will hear the same.
    logger.error({ destination, err: error }, 'a destination could not be disabled')
  }
}

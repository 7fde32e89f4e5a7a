import { type App, type AppDeps, buildApp, type Host } from './app.ts'
import type { Config } from './config/types.ts'
import { systemClock } from './delivery/clock.ts'
import type { Handler } from './delivery/define-handler.ts'
import { createDestinations } from './delivery/destinations.ts'
import { createDispatcher } from './delivery/dispatcher.ts'
import type { AttemptReport } from './delivery/report.ts'
import { createSharedBreakers } from './delivery/shared-breakers.ts'
import { reportFindings, reportStanding } from './delivery/standing.ts'
import { isOperatorOpen } from './operator/access.ts'
import type { Metrics } from './operator/metrics.ts'
import { createOperator, type Operator } from './operator/operator.ts'
import { startPruning } from './pruning.ts'
import { openStore } from './store/open-store.ts'
import type { Store } from './store/types.ts'

/** The longest that a shared store goes unasked for deliveries. */
const sharedPollMs = 1_000

/** Everything that runs in one process, made of one configuration. */
export interface Gateway {
  /** Not listening yet. */
  readonly app: App
  /** Names of the destinations. */
  readonly destinations: readonly string[]
  readonly operator: Operator
  /** Begins to deliver, what an earlier run left included. */
  startDelivering(): void
  /** Answers what was asked, ends what is under way, records it, and lets go of everything. */
  close(): Promise<void>
}

/** What differs where the gateway is part of another program. */
export interface GatewayOptions {
  /** Functions of that program, by the name that a file in `handlers/` would have. */
  readonly handlers?: ReadonlyMap<string, Handler>
  /** False: the files in `handlers/` are left alone. */
  readonly handlerFiles?: boolean
  /** False: the operator's routes are not there, whoever would be admitted. */
  readonly operatorRoutes?: boolean
  /** The app that has the server. */
  readonly host?: Host
  /** Told when only a restart can repair the store; by default the process ends, for a supervisor to start it anew. */
  readonly onBroken?: (error: string) => void
  /** Told of every attempt that ended. */
  readonly onAttempt?: (report: AttemptReport) => void
}

/**
 * Opens the store and makes of it and the configuration what takes events and what delivers them.
 * @throws {StoreOpenError} {HandlerError} {ConfigError} saying what to do
 */
export async function openGateway(
  config: Config,
  logger: AppDeps['logger'],
  options: GatewayOptions = {},
): Promise<Gateway> {
  const { operatorRoutes = true, handlerFiles = true, host = null, onBroken = endProcess, onAttempt } = options
  // Loaded where it is asked for: it is not small.
  const tracing =
    config.tracing === null ? null : await (await import('./tracing/tracing.ts')).openTracing(config.tracing, logger)
  let metrics: Metrics | null = null
  const store = await openStore(config, {
    log: logger,
    onBroken,
    onCommit: (events, seconds) => {
      tracing?.committed(events)
      metrics?.commit(events, seconds)
    },
  })
  const handlersDir = handlerFiles ? config.handlersDir : null
  const destinations = await createDestinations({ ...config, handlersDir, functions: options.handlers })
  const names = destinations.list.map(({ name }) => name)
  await reportStanding(store.destinations, destinations.list, logger)

  const dispatcher = createDispatcher({
    store,
    destinations: destinations.list,
    log: logger,
    ...(tracing === null ? {} : { tracer: tracing.attempts }),
    observe: (report) => {
      metrics?.attempt(report)
      onAttempt?.(report)
    },
    onBreaker(destination, change) {
      if (change !== 'tried') metrics?.breaker(destination, change)
      breakers?.changed(destination, change)
    },
    // What others stored or set free is begun with as soon as they could have.
    ...(store.shared ? { pollMs: sharedPollMs } : {}),
    onGone: (destination, reason) => void disable(store, destination, reason, logger),
  })
  const breakers = store.shared
    ? createSharedBreakers({ store, clock: systemClock, log: logger, tell: dispatcher.follow })
    : null
  const operator = createOperator({ config, store, destinations: names, dispatcher, clock: systemClock, log: logger })
  const isOpen = operatorRoutes && isOperatorOpen(config)
  if (isOpen) {
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
    operator: isOpen ? operator : null,
    metrics,
    tracer: tracing?.requests ?? null,
    logger,
    host,
  })
  const stopPruning = startPruning(store, config, logger)

  return {
    app,
    destinations: names,
    operator,
    startDelivering() {
      dispatcher.start()
      operator.begin()
      breakers?.begin()
      void reportFindings(destinations.list, logger)
    },
    async close() {
      // First, since what a job does needs what the app closes.
      await operator.stop()
      await app.close()
      stopPruning()
      await dispatcher.stop()
      await breakers?.stop()
      await destinations.close()
      await store.close()
      await tracing?.stop()
    },
  }
}

/** Nobody handles this rejection but the process: it closes in order and ends with code 1. */
function endProcess(error: string): void {
  void Promise.reject(new Error(`only a restart can repair the store: ${error}`))
}

/** It said that it is gone: nothing more is sent there until the operator says so. */
async function disable(store: Store, destination: string, reason: string, logger: AppDeps['logger']): Promise<void> {
  logger.error({ destination, reason }, 'a destination is gone: it is disabled until it is enabled again')
  try {
    await store.setDestination(destination, { disabled: reason }, Date.now())
  } catch (error) {
    // The next event will hear the same.
    logger.error({ destination, err: error }, 'a destination could not be disabled')
  }
}

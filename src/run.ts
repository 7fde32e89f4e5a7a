import type { AddressInfo } from 'node:net'
import closeWithGrace from 'close-with-grace'
import type { Logger } from 'pino'
import { type App, buildApp } from './app.ts'
import { ConfigError, readConfig } from './config/load.ts'
import type { Config } from './config/types.ts'
import { systemClock } from './delivery/clock.ts'
import { createDestinations } from './delivery/destinations.ts'
import { createDispatcher } from './delivery/dispatcher.ts'
import { HandlerError } from './delivery/handler-files.ts'
import { CapturedSecretsError } from './handshakes/captured-secrets.ts'
import { createLogger } from './log.ts'
import { createOperator } from './operator/operator.ts'
import { startPruning } from './pruning.ts'
import { StoreOpenError } from './store/errors.ts'
import { openSqliteStore } from './store/sqlite/store.ts'
import type { Store } from './store/types.ts'

/** On top of the drain: requests under way may last as long as their timeout, and attempts are broken off after 5 s. */
const closeMarginMs = 10_000

/** Runs the gateway until it is told to stop. What cannot start says why in one line each and ends with code 1. */
export async function run(env: NodeJS.ProcessEnv): Promise<void> {
  try {
    await start(await readConfig(env, { cwd: process.cwd() }))
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`)
    process.exit(1)
  }
}

async function start(config: Config): Promise<void> {
  const logger = await createLogger(config)
  for (const warning of config.warnings) logger.warn(warning)

  const store = await openSqliteStore({
    dataDir: config.dataDir,
    dedupRetentionMs: config.dedupRetentionMs,
    timeoutMs: config.storeTimeoutMs,
    maxPendingEvents: config.maxPendingEvents,
    // Nobody handles this rejection but `closeWithGrace`: the process closes in order and ends with code 1, for a
    // supervisor to start it anew.
    onBroken: (error) => void Promise.reject(new Error(`only a restart can repair the store: ${error}`)),
  })
  const destinations = await createDestinations(config)
  const dispatcher = createDispatcher({
    store,
    destinations: destinations.list,
    log: logger,
    onGone: (destination, reason) => void disable(store, destination, reason, logger),
  })
  const operator = createOperator({
    config,
    store,
    destinations: destinations.list,
    dispatcher,
    clock: systemClock,
    log: logger,
  })
  const app = await buildApp(config, {
    store,
    destinations: destinations.list,
    wake: dispatcher.wake,
    operator,
    logger,
  })
  const stopPruning = startPruning(store, config, logger)

  closeWithGrace(
    { delay: config.drainMs + config.requestTimeoutMs + closeMarginMs, logger },
    async ({ signal, err }) => {
      if (err) logger.fatal({ err }, 'stopping after an error')
      // Whoever presses Ctrl-C has no load balancer to wait for.
      if (signal === 'SIGTERM') await drain(app, config.drainMs, logger)
      await app.close()
      stopPruning()
      await operator.stop()
      await dispatcher.stop()
      await destinations.close()
      await store.close()
      logger.info('stopped')
    },
  )

  await listen(app, config)
  dispatcher.start()
  logger.info(
    {
      port: (app.server.address() as AddressInfo).port,
      sources: [...config.sources.keys()],
      destinations: destinations.list.map(({ name }) => name),
      dataDir: config.dataDir,
    },
    'ready',
  )
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

async function drain(app: App, ms: number, logger: Logger): Promise<void> {
  app.lifecycle.drain()
  logger.info({ ms }, 'draining: health is 503, requests are still served')
  await new Promise((resolve) => setTimeout(resolve, ms))
}

/** IPv6 and IPv4 on one socket, or IPv4 alone where the machine has no IPv6. */
async function listen(app: App, { port, host }: Config): Promise<void> {
  try {
    await app.listen({ port, host })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (host !== '::' || (code !== 'EAFNOSUPPORT' && code !== 'EADDRNOTAVAIL')) throw error
    await app.listen({ port, host: '0.0.0.0' })
  }
}

/** Their messages say all that a person needs. */
const explained = [ConfigError, StoreOpenError, HandlerError, CapturedSecretsError]

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (explained.some((kind) => error instanceof kind)) return error.message
  const { code, address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number }
  if (code === 'EADDRINUSE')
    return `PORT: ${port} is in use on ${address}: stop what listens there, or set PORT to another`
  if (code === 'EACCES') return `PORT: this user may not listen on ${port}: set PORT to one above 1023`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `HOST: ${address ?? ''} is no address of this machine`
  return error.stack ?? error.message
}

import type { AddressInfo } from 'node:net'
import closeWithGrace from 'close-with-grace'
import type { Logger } from 'pino'
import type { App } from './app.ts'
import { collectGarbage } from './collect-garbage.ts'
import { ConfigError, readConfig } from './config/load.ts'
import type { Config } from './config/types.ts'
import { HandlerError } from './delivery/handler-files.ts'
import { openGateway } from './gateway.ts'
import { CapturedSecretsError } from './handshakes/captured-secrets.ts'
import { createLogger } from './log.ts'
import { StoreOpenError } from './store/errors.ts'
import { labelOf } from './store/postgres/address.ts'

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

  const gateway = await openGateway(config, logger)
  const { app } = gateway

  closeWithGrace(
    { delay: config.drainMs + config.requestTimeoutMs + closeMarginMs, logger },
    async ({ signal, err }) => {
      if (err) logger.fatal({ err }, 'stopping after an error')
      // Whoever presses Ctrl-C has no load balancer to wait for.
      if (signal === 'SIGTERM') await drain(app, config.drainMs, logger)
      await gateway.close()
      logger.info('stopped')
    },
  )

  // Schemas are compiled here, which leaves much behind.
  await app.ready()
  collectGarbage()
  await listen(app, config)
  gateway.startDelivering()
  logger.info(
    {
      port: (app.server.address() as AddressInfo).port,
      sources: [...config.sources.keys()],
      destinations: gateway.destinations,
      ...placeOf(config),
    },
    'ready',
  )
}

/** Where events are kept, without credentials. */
function placeOf({ database, redis, dataDir }: Config): Readonly<Record<string, string>> {
  if (database !== null) return { database: labelOf(database.address) }
  return redis === null ? { dataDir } : { redis: redis.address.label }
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
    return `PORT: ${port} is in use on ${address?.includes(':') ? `[${address}]` : address}; stop what listens there, or set PORT to another.`
  if (code === 'EACCES') return `PORT: this user may not listen on ${port}: set PORT to one above 1023`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `HOST: ${address ?? ''} is no address of this machine`
  return error.stack ?? error.message
}

import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import autoload from '@fastify/autoload'
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import allowList from '../plugins/allow-list.ts'
import challenge from '../plugins/challenge.ts'
import clientAddress from '../plugins/client-address.ts'
import confirmation from '../plugins/confirmation.ts'
import consolePages from '../plugins/console.ts'
import cors from '../plugins/cors.ts'
import dedup from '../plugins/dedup.ts'
import errors from '../plugins/errors.ts'
import eventLog from '../plugins/event-log.ts'
import handshake from '../plugins/handshake.ts'
import handshakeTimes from '../plugins/handshake-times.ts'
import ingest from '../plugins/ingest.ts'
import lateSerializers from '../plugins/late-serializers.ts'
import lifecycle from '../plugins/lifecycle.ts'
import metricsPlugin from '../plugins/metrics.ts'
import openapi from '../plugins/openapi.ts'
import operatorAccess from '../plugins/operator-access.ts'
import operatorLogin from '../plugins/operator-login.ts'
import operatorProblems from '../plugins/operator-problems.ts'
import payload from '../plugins/payload.ts'
import rateLimit from '../plugins/rate-limit.ts'
import rawBody from '../plugins/raw-body.ts'
import readiness from '../plugins/readiness.ts'
import rejections from '../plugins/rejections.ts'
import source from '../plugins/source.ts'
import tracing from '../plugins/tracing.ts'
import unrouted, { answerUnroutable } from '../plugins/unrouted.ts'
import verification from '../plugins/verification.ts'
import type { Config } from './config/types.ts'
import { createOrderKeys } from './delivery/order-keys.ts'
import { createRouter } from './delivery/routing.ts'
import { createSelector } from './delivery/selection.ts'
import type { Destination } from './delivery/types.ts'
import { createBodyWorker } from './events/body-worker.ts'
import { writtenForms } from './events/credentials.ts'
import { createPayloadReader } from './events/payload-reader.ts'
import { createRejectionKeeper } from './events/rejection.ts'
import { createSources } from './events/source.ts'
import { needsKeys } from './events/source-verifier.ts'
import { openCapturedSecrets } from './handshakes/captured-secrets.ts'
import { openSharedSecrets } from './handshakes/shared-secrets.ts'
import { createKeyService, type KeyService } from './keys/service.ts'
import { createDoorkeeper } from './operator/access.ts'
import type { Metrics } from './operator/metrics.ts'
import type { Operator } from './operator/operator.ts'
import type { Store } from './store/types.ts'
import type { RequestTracer } from './tracing/request-tracer.ts'

/** What the app works with; whoever makes it also closes it, after the app. */
export interface AppDeps {
  readonly store: Store
  readonly destinations: readonly Destination[]
  /** Called when there is something new to deliver. */
  readonly wake: () => void
  /** What the operator's routes show and do; null: there are none. */
  readonly operator: Operator | null
  /** Counts what happens; null: nobody asks. */
  readonly metrics: Metrics | null
  /** Records traces; left out: nobody asked. */
  readonly tracer?: RequestTracer | null
  readonly logger: FastifyBaseLogger
  /** Unix milliseconds. */
  readonly now?: () => number
  /** Where sources' keys are fetched, if any source needs it; by default from their senders. The app closes it. */
  readonly openKeys?: () => Promise<KeyService>
  /** Null, or left out: the app has a server of its own. */
  readonly host?: Host | null
}

export type App = FastifyInstance

/** Another app in which this one is mounted: it has the server, and hands over the requests to the routes it was told of. */
export interface Host {
  /** What the paths of all routes begin with there, without a slash at its end; the requests that come here have none of it. */
  readonly prefix: string
  /** Told of the URL of each route, before anything is asked of the others. */
  readonly route: (url: string) => void
  /** The sender's address as the host judges it. */
  readonly addressOf: (raw: IncomingMessage) => string
  /** The id under which the host logs the request. */
  readonly requestIdOf: (raw: IncomingMessage) => string
}

const routes = join(import.meta.dirname, '..', 'routes')
/** Large bodies in memory at once. */
const maxBufferedBytes = 256 * 1024 * 1024

/**
 * The whole HTTP surface. Outside `/webhook` it is a stock Fastify; inside, the order of the plugins is the order in
 * which a request is looked at, and each trusts what those before it established.
 */
export async function buildApp(config: Config, deps: AppDeps): Promise<FastifyInstance> {
  const { store, destinations, wake, operator, metrics, logger, now = Date.now } = deps
  const { tracer = null, openKeys = () => createKeyService({ now }), host = null } = deps
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: config.trustProxy.length === 0 ? false : [...config.trustProxy],
    requestTimeout: config.requestTimeoutMs,
    keepAliveTimeout: config.keepAliveTimeoutMs,
    // The drain is ours (`lifecycle`): whoever is still connected is served to the end.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    // The route's own schema says what a name may be, in words.
    routerOptions: { maxParamLength: 4096 },
    frameworkErrors: answerUnroutable,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
    http: { headersTimeout: config.headersTimeoutMs, connectionsCheckingInterval: 1000 },
    ...(host === null ? {} : { genReqId: host.requestIdOf }),
  })
  if (host !== null) app.addHook('onRoute', ({ url }) => host.route(url))
  app.server.maxConnections = config.maxConnections

  // What a host trusts is its own affair.
  const trustsProxies = config.trustProxy.length > 0 || host !== null
  const router = createRouter(destinations)
  const worker = createBodyWorker({
    sources: [config.defaultSource, ...config.sources.values()],
    publicUrl: config.publicUrl,
    filters: router.filters,
  })
  app.addHook('onClose', () => worker.close())
  const keys = [...config.sources.values()].some(needsKeys) ? await openKeys() : null
  app.addHook('onClose', () => keys?.close())
  const kept = openCapturedSecrets(config.dataDir)
  const captured = store.shared ? openSharedSecrets(store, kept) : kept
  const orderKeys = createOrderKeys(destinations)
  const sources = createSources(config, { worker, captured, keys, pointers: orderKeys?.pointers ?? [] })
  const select = await createSelector(router, worker)
  const read = createPayloadReader(worker)

  await app.register(clientAddress, { header: config.trustProxyHeader, addressOf: host?.addressOf ?? null })
  await app.register(unrouted)
  await app.register(lifecycle)
  await app.register(readiness, { store, timeoutMs: config.storeTimeoutMs })
  await app.register(autoload, {
    dir: routes,
    forceESM: true,
    maxDepth: 0,
    options: { hasConsole: operator !== null },
  })
  await app.register(
    async (scope) => {
      await scope.register(cors, { origin: config.corsOrigin })
      await scope.register(autoload, { dir: join(routes, 'health'), forceESM: true })
    },
    { prefix: '/health' },
  )
  await app.register(
    async (scope) => {
      await scope.register(errors)
      await scope.register(cors, { origin: config.corsOrigin, leavePreflights: true })
      await scope.register(rateLimit, { perMinute: config.rateLimitPerMinute })
      await scope.register(ingest)
      if (metrics !== null) await scope.register(metricsPlugin, { metrics })
      if (operator !== null) await scope.register(handshakeTimes, { times: operator.handshakes, now })
      if (config.keepRejections) await scope.register(rejections, { keep: createRejectionKeeper(store, now), now })
      await scope.register(source, { sources })
      if (tracer !== null) await scope.register(tracing, { tracer })
      if (sources.restricted) await scope.register(allowList, { trustsProxies })
      await scope.register(rawBody, { maxBodyLimit: sources.maxBodyLimit, maxBufferedBytes, prepare: worker.prepare })
      await scope.register(challenge)
      await scope.register(verification, { now })
      await scope.register(payload, { read, keep: router.filters.size > 0 })
      await scope.register(handshake)
      await scope.register(confirmation, { keys })
      await scope.register(dedup, { store, select, orderKeys, wake, stored: operator?.live.notify ?? ignore, now })
      await scope.register(eventLog, { payloads: config.logPayloads, secrets: secretsOf(config), captured })
      await scope.register(autoload, { dir: join(routes, 'webhook'), forceESM: true, routeParams: true })
    },
    { prefix: '/webhook' },
  )
  if (operator !== null) {
    const { createReadmission } = await import('./events/readmission.ts')
    const { createQuarantine } = await import('./operator/quarantine.ts')
    const readmission = createReadmission({
      sources,
      read,
      select,
      orderKeys,
      store,
      log: logger,
      hidden: config.logPayloads ? () => [...secretsOf(config), ...captured.all()] : null,
      keepParsed: router.filters.size > 0,
      wake,
      stored: operator.live.notify,
      now,
    })
    const quarantine = createQuarantine({ config, store, captured, keys, readmission, log: logger })
    operator.jobs.takeReleases(quarantine)
    app.addHook('onClose', () => quarantine.close())
    await app.register(async (scope) => {
      const doorkeeper = createDoorkeeper(config)
      await scope.register(operatorAccess, { doorkeeper, now })
      await scope.register(operatorProblems)
      await scope.register(lateSerializers, { of: app })
      await scope.register(operatorLogin, { doorkeeper, viewers: config.viewerToken !== null, now })
      await scope.register(consolePages, {
        load: async () => (await import('./console/assets.ts')).loadConsoleAssets(),
      })
      await scope.register(openapi)
      if (metrics !== null) {
        await scope.register(autoload, {
          dir: join(routes, 'metrics'),
          forceESM: true,
          options: { prefix: '/metrics', metrics },
        })
      }
      await scope.register(
        async (api) => {
          api.setNotFoundHandler((_request, reply) => {
            reply.code(404).send({ error: 'There is no such route: see /openapi.json.' })
          })
          await api.register(autoload, {
            dir: join(routes, 'api'),
            forceESM: true,
            routeParams: true,
            options: { operator, captured, quarantine, below: host?.prefix ?? '' },
          })
        },
        { prefix: '/api' },
      )
    })
  }
  return app
}

const ignore = () => {}

function secretsOf(config: Config): string[] {
  const all = [config.defaultSource, ...config.sources.values()].flatMap(({ secrets, verifyToken }) => [
    secrets?.current,
    secrets?.previous,
    verifyToken,
  ])
  const signing = [
    config.forwardSecret,
    config.adminToken,
    config.viewerToken,
    ...config.destinations.map(({ secret }) => secret),
  ]
  return [...all, ...signing].filter((secret) => typeof secret === 'string').flatMap(writtenForms)
}

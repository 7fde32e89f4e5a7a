import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { ConfigError } from '../src/config/load.ts'
import { HandlerError } from '../src/delivery/handler-files.ts'
import type { AttemptReport } from '../src/delivery/report.ts'
import { refusals, retryAfterSeconds } from '../src/errors.ts'
import { type Gateway, openGateway } from '../src/gateway.ts'
import { CapturedSecretsError } from '../src/handshakes/captured-secrets.ts'
import { mountPoints } from '../src/library/mount-points.ts'
import type { PosthornOptions } from '../src/library/options.ts'
import { createPosthorn, type Posthorn } from '../src/library/posthorn.ts'
import { readOptions } from '../src/library/read-options.ts'
import { createVisitors, isBeingRead } from '../src/library/visitors.ts'
import { StoreOpenError } from '../src/store/errors.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Where `posthorn` is registered, and below. */
    readonly posthorn: Posthorn
  }
}

/**
 * Mounts a whole gateway in another app, the host: it has a router, hooks, parsers and an error handler of its own, so that
 * neither can change what the other does. The host's `onRequest` hooks see a request first, and its `onResponse` hooks last;
 * between them it belongs to the gateway, its bytes untouched.
 *
 * @throws {ConfigError} naming each option that cannot be used
 */
export const guest: FastifyPluginAsync<PosthornOptions> = async (app, options) => {
  checkHost(app)
  const { config, handlers, handlerFiles, inOptions } = readOptions(options, {
    cwd: process.cwd(),
    processEnv: process.env,
  })
  const { prefix = '', health = false, operator = false, logLevel, onBroken } = options
  const fullPrefix = `${app.prefix}${prefix}`
  const log = logLevel === undefined ? app.log : app.log.child({}, { level: logLevel })
  for (const warning of config.warnings) log.warn(inOptions(warning))
  if (operator && fullPrefix !== '')
    log.warn('operator: the console’s pages work without a prefix only; the API does below any')

  const visitors = createVisitors<FastifyRequest>()
  const listeners = new Set<(report: AttemptReport) => void>()
  const urls: string[] = []
  const publicUrl = config.publicUrl === null ? null : `${config.publicUrl}${fullPrefix}`
  const gateway = await explained(inOptions, () =>
    openGateway({ ...config, publicUrl, configFile: null }, log, {
      handlers,
      handlerFiles,
      operatorRoutes: operator,
      host: {
        prefix: fullPrefix,
        route: (url) => urls.push(url),
        addressOf: (raw) => visitors.of(raw).ip,
        requestIdOf: (raw) => visitors.of(raw).id,
      },
      onBroken(error) {
        const broken = new Error(`only a restart can repair the store: ${error}`)
        log.fatal({ err: broken }, 'every event is refused from now on')
        onBroken?.(broken)
      },
      onAttempt(report) {
        for (const listener of listeners) {
          try {
            listener(report)
          } catch (error) {
            log.error({ err: error }, 'a listener of onAttempt threw')
          }
        }
      },
    }),
  )

  // Before whatever the gateway closes of its own: by then every request that it was handed is answered.
  const hostClosed = Promise.withResolvers<void>()
  gateway.app.addHook('onClose', async () => {
    await hostClosed.promise
    await visitors.gone()
  })
  try {
    await gateway.app.ready()
    await mount(app, mountPoints(urls, { health }), prefix, (request, reply) => {
      if (isBeingRead(request.raw)) return refuseRead(request, reply)
      reply.hijack()
      // What the host's hooks have set so far: security headers, a CORS policy.
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) reply.raw.setHeader(name, value)
      }
      visitors.enter(request.raw, reply.raw, request)
      request.raw.url = (request.raw.url ?? '').slice(fullPrefix.length)
      gateway.app.routing(request.raw, reply.raw)
    })
  } catch (error) {
    hostClosed.resolve()
    await gateway.close()
    throw error
  }

  const isReady = () => gateway.app.storeIsReady()
  app.decorate('posthorn', createPosthorn({ operator: gateway.operator, isReady, listeners }))
  followHost(app, gateway, hostClosed.resolve)
}

/** Delivers while the host is up. When it closes, streams end first, so that its server can; then deliveries, then the store. */
function followHost(app: FastifyInstance, gateway: Gateway, hostIsClosed: () => void): void {
  let closing: Promise<void> | null = null
  const close = () => {
    closing ??= gateway.close()
    return closing
  }
  app.addHook('onReady', async () => gateway.startDelivering())
  app.addHook('preClose', async () => {
    // How it ended is told below.
    close().catch(() => {})
  })
  app.addHook('onClose', async () => {
    hostIsClosed()
    await close()
  })
}

function checkHost(app: FastifyInstance): void {
  if (app.hasDecorator('posthorn')) {
    throw new ConfigError([
      'posthorn: is registered in this scope, or in one around it; register each in a scope of its own: ' +
        'app.register(async (scope) => { await scope.register(posthorn, { … }) })',
    ])
  }
  if (app.initialConfig.http2 === true) {
    throw new ConfigError(['posthorn: takes events over HTTP/1.1 only, but this app has http2: true.'])
  }
}

type HandOver = (request: FastifyRequest, reply: FastifyReply) => void

/** In a scope of its own, so that handing over comes after every `onRequest` hook that the host gives to its routes. */
async function mount(app: FastifyInstance, points: readonly string[], prefix: string, handOver: HandOver) {
  await app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      const { onRequest = [] } = route
      route.onRequest = [
        ...(Array.isArray(onRequest) ? onRequest : [onRequest]),
        (request, reply) => handOver(request, reply),
      ]
    })
    for (const point of points) {
      const url = `${prefix}${point}`
      const taken = ['GET', 'POST'].some((method) => scope.hasRoute({ method, url: `${scope.prefix}${url}` }))
      if (taken) {
        throw new ConfigError([`prefix: the app has a route ${url} already; give another prefix than "${prefix}".`])
      }
      scope.route({
        method: scope.supportedMethods,
        url,
        exposeHeadRoute: false,
        schema: { hide: true },
        logSerializers: { req: withoutSecrets },
        handler: neverReached,
      })
    }
  })
}

function neverReached(): never {
  throw new Error('a request was not handed over')
}

/** As Fastify logs a request, but for a token in its query. */
function withoutSecrets({ method, url, host, ip, socket }: FastifyRequest): Record<string, unknown> {
  const shown = url.replace(/([?&]token=)[^&]*/gi, '$1[hidden]')
  return { method, url: shown, host, remoteAddress: ip, remotePort: socket?.remotePort }
}

/** Something of the host's has taken bytes out of the body, so nothing can be verified any more. */
function refuseRead(request: FastifyRequest, reply: FastifyReply): void {
  request.log.error(
    'not taken: an onRequest hook of this app reads the body of requests to posthorn (a body parser of a middleware?)',
  )
  reply.code(503).header('retry-after', retryAfterSeconds).send({ error: refusals.UNAVAILABLE.message })
}

const explainedKinds = [StoreOpenError, HandlerError, CapturedSecretsError]

/** Has whatever a person can put right name the option to put right. */
async function explained<T>(inOptions: (line: string) => string, open: () => Promise<T>): Promise<T> {
  try {
    return await open()
  } catch (error) {
    if (error instanceof ConfigError) throw new ConfigError(error.problems.map(inOptions))
    if (!(error instanceof Error) || !explainedKinds.some((kind) => error instanceof kind)) throw error
    throw new ConfigError([inOptions(error.message)])
  }
}

import { ConfigError } from '../config/load.ts'
import type { Config, TargetConfig } from '../config/types.ts'
import { createStandardWebhooksSigner, type StandardWebhooksSigner } from '../verification/sign.ts'
import type { Handler } from './define-handler.ts'
import { forwardName } from './destination-name.ts'
import { type HandlerOptions, loadHandlers } from './handlers.ts'
import { routed } from './route.ts'
import { DEFAULT_SCHEDULE, HANDLER_SCHEDULE } from './schedule.ts'
import { withTransform } from './transform.ts'
import type { Destination } from './types.ts'

/** Without a configuration file there are neither destinations nor handlers of it. */
export type DeliveryConfig = Partial<Pick<Config, 'destinations' | 'queues' | 'handlers'>> &
  Pick<Config, 'forwardUrls' | 'forwardSecret' | 'deliveryConcurrency' | 'deliveryTimeoutMs'> & {
    /** Null: no files are loaded. */
    readonly handlersDir: string | null
    /** Handlers that are there already, by the name that a file would have. */
    readonly functions?: ReadonlyMap<string, Handler> | undefined
  }

export interface Destinations {
  readonly list: readonly Destination[]
  /** Drops the connections of all of them. */
  close(): Promise<void>
}

/**
 * Every destination that is configured: the URLs and queues of the configuration file, the URLs of `FORWARD_URL`, the files in
 * `handlers/`, and the functions that take their place in a program of one's own.
 *
 * @throws {HandlerError} when a handler cannot be used; the message names the file
 * @throws {ConfigError} when two URLs cannot be told apart
 */
export async function createDestinations(config: DeliveryConfig): Promise<Destinations> {
  const common = {
    concurrency: config.deliveryConcurrency,
    timeoutMs: config.deliveryTimeoutMs,
    schedule: DEFAULT_SCHEDULE,
  }
  const handlerOptions = { ...common, schedule: HANDLER_SCHEDULE }
  const handlers = await loadHandlers(config.handlersDir, handlerOptions, config.handlers, config.functions)
  const list = [...(await createEndpoints(config, common)), ...(await createQueues(config)), ...handlers]
  return {
    list,
    async close() {
      await Promise.all(list.map((destination) => destination.close()))
    },
  }
}

/** undici is loaded only where there is something for it to do. */
async function createEndpoints(config: DeliveryConfig, common: HandlerOptions): Promise<Destination[]> {
  const targets = [...forwardTargets(config.forwardUrls)]
  const { destinations = [] } = config
  if (targets.length === 0 && destinations.length === 0) return []
  const { createHttpDestination } = await import('./http-destination.ts')
  const forwards = targets.map(([name, url]) =>
    createHttpDestination({ ...common, name, url, sign: signer(config.forwardSecret), matches: () => true }),
  )
  const configured = destinations.map(({ secret, ...options }) =>
    equipped(createHttpDestination({ ...options, sign: signer(secret), matches: () => true }), options),
  )
  return [...configured, ...forwards]
}

/** BullMQ and its client are loaded only where there is a queue. */
async function createQueues({ queues = [] }: DeliveryConfig): Promise<Destination[]> {
  if (queues.length === 0) return []
  const { createQueueDestination } = await import('./queue-destination.ts')
  return queues.map(({ prefix, ...options }) => {
    const prefixed = prefix === null ? {} : { prefix }
    return equipped(createQueueDestination({ ...options, ...prefixed, matches: () => true }), options)
  })
}

/** What is said of a destination whatever its kind. */
function equipped(destination: Destination, config: TargetConfig): Destination {
  const { route, transform, ratePerSecond, orderBy, breaker } = config
  return {
    ...(transform === null ? destination : withTransform(destination, transform)),
    ...routed(route),
    ...(ratePerSecond === undefined ? {} : { ratePerSecond }),
    ...(orderBy === undefined ? {} : { orderBy }),
    ...(breaker === undefined ? {} : { breaker }),
  }
}

function signer(secret: string | null): StandardWebhooksSigner | null {
  return secret === null ? null : createStandardWebhooksSigner(secret)
}

/** URLs by destination name; one that is given twice counts once. */
function forwardTargets(urls: readonly string[]): ReadonlyMap<string, URL> {
  const targets = new Map<string, URL>()
  for (const text of urls) {
    const url = new URL(text)
    const name = forwardName(url)
    const other = targets.get(name)
    if (other !== undefined && other.href !== url.href) {
      throw new ConfigError([`FORWARD_URL: two URLs for ${name} differ in nothing but scheme or password: keep one`])
    }
    targets.set(name, url)
  }
  return targets
}

import { ConfigError } from '../config/load.ts'
import type { Config } from '../config/types.ts'
import { createStandardWebhooksSigner } from '../verification/sign.ts'
import { forwardName } from './destination-name.ts'
import { type HandlerOptions, loadHandlers } from './handlers.ts'
import { DEFAULT_SCHEDULE } from './schedule.ts'
import type { Destination } from './types.ts'

export type DeliveryConfig = Pick<
  Config,
  'forwardUrls' | 'forwardSecret' | 'handlersDir' | 'deliveryConcurrency' | 'deliveryTimeoutMs'
>

export interface Destinations {
  readonly list: readonly Destination[]
  /** Drops the connections of all of them. */
  close(): Promise<void>
}

/**
 * Every destination that the configuration names: the URLs of `FORWARD_URL`, then the files in `handlers/`.
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
  const handlers = await loadHandlers(config.handlersDir, common)
  const forwards = await createForwards(config, common)
  const list = [...forwards, ...handlers]
  return {
    list,
    async close() {
      await Promise.all(list.map((destination) => destination.close()))
    },
  }
}

/** undici is loaded only where there is something for it to do. */
async function createForwards(config: DeliveryConfig, common: HandlerOptions): Promise<Destination[]> {
  const targets = [...forwardTargets(config.forwardUrls)]
  if (targets.length === 0) return []
  const { createHttpDestination } = await import('./http-destination.ts')
  const sign = config.forwardSecret === null ? null : createStandardWebhooksSigner(config.forwardSecret)
  return targets.map(([name, url]) => createHttpDestination({ ...common, name, url, sign, matches: () => true }))
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

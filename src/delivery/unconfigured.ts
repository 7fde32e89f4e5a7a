import { describeError } from './one-line.ts'
import type { Destination, Log } from './types.ts'

/** What is stored for a destination, configured or not. */
export interface StoredDeliveries {
  readonly name: string
  /** Deliveries that wait for an attempt. */
  readonly pending: number
  /** Deliveries that were under way when the gateway was last here. */
  readonly leased: number
}

/**
 * Warns of deliveries that nobody makes any more, because their destination has gone from the configuration or has another
 * name in it. They stay stored. What cannot be found out now is no reason not to start.
 */
export async function reportUnconfigured(
  stored: () => Promise<readonly StoredDeliveries[]>,
  configured: readonly Pick<Destination, 'name'>[],
  log: Pick<Log, 'warn'>,
): Promise<void> {
  try {
    const names = new Set(configured.map(({ name }) => name))
    for (const { name, pending, leased } of await stored()) {
      const deliveries = pending + leased
      if (deliveries === 0 || names.has(name)) continue
      log.warn(
        { destination: name, deliveries },
        'deliveries wait for a destination that is no longer configured: configure one of this name, and they go on',
      )
    }
  } catch (error) {
    log.warn({ error: describeError(error) }, 'whether deliveries wait for destinations that are gone is not known')
  }
}

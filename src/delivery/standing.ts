import type { DestinationStatus } from '../store/types.ts'
import { describeError } from './one-line.ts'
import type { Destination, Log } from './types.ts'

/**
 * Warns of what waits and is not delivered: its destination has gone from the configuration or has another name in it, or
 * was paused or disabled in an earlier run. What cannot be found out now is no reason not to start.
 */
export async function reportStanding(
  stored: () => Promise<readonly DestinationStatus[]>,
  configured: readonly Pick<Destination, 'name'>[],
  log: Pick<Log, 'warn'>,
): Promise<void> {
  try {
    const names = new Set(configured.map(({ name }) => name))
    for (const status of await stored()) reportOne(status, names.has(status.name), log)
  } catch (error) {
    log.warn({ error: describeError(error) }, 'whether deliveries wait for destinations that are gone is not known')
  }
}

/** Warns of what the destinations themselves find out, while the gateway is at work already. */
export async function reportFindings(
  destinations: readonly Pick<Destination, 'name' | 'inspect'>[],
  log: Pick<Log, 'warn'>,
): Promise<void> {
  await Promise.all(
    destinations.map(async ({ name, inspect }) => {
      for (const finding of (await inspect?.()) ?? []) log.warn({ destination: name }, finding)
    }),
  )
}

function reportOne(status: DestinationStatus, isConfigured: boolean, log: Pick<Log, 'warn'>): void {
  const { name, pending, leased, pausedAt, disabledAt, disabledReason } = status
  const fields = { destination: name, deliveries: pending + leased }
  if (!isConfigured) {
    if (fields.deliveries === 0) return
    log.warn(
      fields,
      'deliveries wait for a destination that is no longer configured: configure it, move or discard them',
    )
  } else if (disabledAt !== null) {
    const since = new Date(disabledAt).toISOString()
    log.warn(
      { ...fields, since, reason: disabledReason },
      'a destination is disabled: enable it once it takes events again',
    )
  } else if (pausedAt !== null) {
    log.warn({ ...fields, since: new Date(pausedAt).toISOString() }, 'a destination is paused: resume it')
  }
}

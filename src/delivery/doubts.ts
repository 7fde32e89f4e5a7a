import type { DestinationStatus } from '../store/types.ts'

/**
 * What an operator should know of destinations at the start, one line each: where nothing is sent although something is
 * configured, and what waits although nothing is.
 *
 * @param configured names
 */
export function destinationDoubts(known: readonly DestinationStatus[], configured: ReadonlySet<string>): string[] {
  return known.flatMap(({ name, pending, leased, pausedAt, disabledAt, disabledReason }) => {
    const waiting = pending + leased
    if (!configured.has(name)) {
      return waiting === 0
        ? []
        : [`${count(waiting)} for ${name}, which is no longer configured: configure it again, or move or discard them.`]
    }
    if (disabledAt !== null) {
      const since = new Date(disabledAt).toISOString()
      return [`${name} is disabled since ${since} (${disabledReason}): enable it once it takes events again.`]
    }
    return pausedAt === null ? [] : [`${name} is paused since ${new Date(pausedAt).toISOString()}: resume it.`]
  })
}

function count(deliveries: number): string {
  return deliveries === 1 ? '1 delivery waits' : `${deliveries} deliveries wait`
}

import { decodeEventId } from '../event-id.ts'
import { stateCodes } from '../sql/states.ts'
import type { Destinations } from './destinations.ts'
import { type FoundDelivery, lanes, type Renewal } from './renewal.ts'

/** What operators do with deliveries, inside the open transaction. The reader finds them; this looks again and acts. */
export interface Replays {
  one(id: string, destination: string | null, now: number): boolean
  /** Starts them anew, or the events they are of for another destination; says how many. */
  found(found: readonly FoundDelivery[], to: string | null, move: boolean, now: number): number
  discard(found: readonly FoundDelivery[], now: number): number
}

const revivable = [stateCodes.pending, stateCodes.blocked, stateCodes.leased, stateCodes.done, stateCodes.dead]

export function createReplays(renewal: Renewal, destinations: Destinations): Replays {
  function start(seq: number, destination: number, now: number): boolean {
    return !renewal.isUnderWay(seq, destination, now) && renewal.renew(seq, destination, now, lanes.bulk)
  }

  function redirect({ seq, destination }: FoundDelivery, to: number, move: boolean, now: number): boolean {
    const started = start(seq, to, now)
    // What was under way there already has arrived as well as what was started.
    const there = started || renewal.isUnderWay(seq, to, now)
    if (move && there && destination !== null && destination !== to) renewal.discard(seq, destination, now)
    return started
  }

  return {
    one(id, destination, now) {
      const seq = decodeEventId(id)
      if (seq === null || !renewal.hasPayload(seq)) return false
      if (destination === null) renewal.renewEvent(seq, revivable, now)
      else renewal.renew(seq, destinations.idOf(destination), now, lanes.live)
      return true
    },
    found(found, to, move, now) {
      const target = to === null ? null : destinations.idOf(to)
      let count = 0
      for (const each of found) {
        if (!renewal.isStill(each)) continue
        const { seq, destination } = each
        if (target !== null) count += redirect(each, target, move, now) ? 1 : 0
        else if (destination !== null) count += start(seq, destination, now) ? 1 : 0
      }
      return count
    },
    discard(found, now) {
      let count = 0
      for (const each of found) {
        if (each.destination === null || !renewal.isStill(each)) continue
        if (renewal.discard(each.seq, each.destination, now)) count++
      }
      return count
    },
  }
}

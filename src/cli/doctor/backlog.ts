import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { type Finding, ok, warn } from '../../diagnosis/findings.ts'
import { Destination, type DestinationView } from '../../operator/schemas.ts'
import { plain } from '../output.ts'
import { askGateway, at } from './ask.ts'

const lateMs = 15 * 60_000

const Destinations = Type.Object({ destinations: Type.Array(Destination) })

/** What waits for delivery, and for how long. */
export async function checkBacklog(base: URL, token: string | null, now: number): Promise<readonly Finding[]> {
  const { json } = await askGateway(at(base, '/api/destinations'), { token })
  if (!Value.Check(Destinations, json)) return []
  const findings = json.destinations.flatMap((destination) => findingOf(destination, now) ?? [])
  return findings.length > 0 ? findings : [ok('backlog', 'No delivery is late or given up.')]
}

/** Null: it is as it should be. */
export function findingOf(destination: DestinationView, now: number): Finding | null {
  const { name, state, reason, pending, dead, oldestDueAt, configured } = destination
  const label = plain(name, 100)
  const late = oldestDueAt === null ? 0 : now - Date.parse(oldestDueAt)
  if (!configured && pending > 0) {
    return warn(
      'backlog',
      `${pending} deliveries wait for ${label}, which is in no setting any more: move or discard them.`,
    )
  }
  if (state === 'disabled' || state === 'paused') {
    const what = `${label} is ${state}${reason === null ? '' : ` (${plain(reason)})`}`
    const action = state === 'paused' ? 'resume' : 'enable'
    return warn('backlog', `${what}, and ${pending} deliveries wait for it: ${action} it once it takes events.`)
  }
  if (late > lateMs) {
    return warn(
      'backlog',
      `${label} is behind: the first of ${pending} deliveries has been due for ${Math.round(late / 60_000)} min; see why its attempts fail.`,
    )
  }
  return dead > 0 ? warn('backlog', `${dead} deliveries to ${label} were given up: mend it, then replay them.`) : null
}

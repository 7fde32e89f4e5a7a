import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { checkDestination } from '../../diagnosis/check-destinations.ts'
import { type Finding, ok, warn } from '../../diagnosis/findings.ts'
import { Destination } from '../../operator/schemas.ts'
import { plain } from '../output.ts'
import { askGateway, at } from './ask.ts'

const Destinations = Type.Object({ destinations: Type.Array(Destination) })

/** What waits for delivery, and for how long. */
export async function checkBacklog(base: URL, token: string | null): Promise<readonly Finding[]> {
  const { json } = await askGateway(at(base, '/api/destinations'), { token })
  if (!Value.Check(Destinations, json)) return []
  const findings = json.destinations.flatMap((destination) => {
    const trouble = checkDestination(destination)
    return trouble === null ? [] : [warn('backlog', plain(trouble.sentence, 500))]
  })
  return findings.length > 0 ? findings : [ok('backlog', 'No delivery is late or dead.')]
}

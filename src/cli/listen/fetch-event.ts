import type { ForwardedEvent } from '../../delivery/headers.ts'
import { SeenEventDetail } from '../api/answers.ts'
import type { Client } from '../api/client.ts'
import { eventPath } from '../events/show.ts'
import { bytesOf } from '../show/body.ts'

/** An event with everything that a program gets of it. */
export interface FetchedEvent {
  readonly detail: SeenEventDetail
  readonly body: Buffer
}

/** What the API shows in place of a value that lets somebody in. */
const hidden = '[hidden]'

/** Null: its payload is past its retention. */
export async function fetchEvent(client: Client, id: string): Promise<FetchedEvent | null> {
  const detail = await client.get(eventPath(id), SeenEventDetail)
  if (detail.body === null) return null
  // Text is UTF-8 as it came, anything else base64: both give the exact bytes back.
  const body = detail.body.truncated ? await client.bytes(`${eventPath(id)}/body`) : bytesOf(detail.body)
  return { detail, body }
}

/** As a destination is given it. Headers that the API hides are left out. */
export function deliveredEventOf({ detail, body }: FetchedEvent): ForwardedEvent & { readonly body: Buffer } {
  const { id, source, type, receivedAt, headers } = detail
  return {
    id,
    source,
    type,
    receivedAt: Date.parse(receivedAt),
    // One character per byte, as they are stored.
    headers: headers.flatMap(([name, value]) =>
      value === hidden ? [] : [name, Buffer.from(value, 'utf8').toString('latin1')],
    ),
    body,
  }
}

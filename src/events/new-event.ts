import type { IncomingHttpHeaders } from 'node:http'
import type { OrderKeys } from '../delivery/order-keys.ts'
import type { NewEvent } from '../store/types.ts'
import type { Accepted } from '../verification/types.ts'
import type { Identity } from './identity.ts'
import type { Payload } from './payload.ts'
import type { Source } from './source.ts'

/** What is known of a request once it is verified and read. */
export interface Verified {
  readonly source: Source
  /** The path segment after `/webhook/`. */
  readonly segment: string
  readonly payload: Payload
  readonly verdict: Accepted | null
}

/** What the event is called, and by what it is recognised when it comes again. */
export function identityOf(
  { source, segment, payload, verdict }: Verified,
  headers: IncomingHttpHeaders,
  body: Buffer,
): Identity {
  const override = source.isDefault ? headers['x-event-type'] : undefined
  return source.identify({
    headers,
    body,
    values: payload.values,
    verdict,
    fallbackType: typeof override === 'string' ? override : segment,
  })
}

/** Its raw headers as they may be stored and passed on. */
export function storedHeaders({ source }: Verified, rawHeaders: readonly string[]): readonly string[] {
  return source.withoutCredentials === null ? rawHeaders : source.withoutCredentials(rawHeaders)
}

/** The event with the keys that its deliveries are kept in order by, where there are any. */
export function withOrder(
  event: NewEvent,
  orderKeys: OrderKeys,
  { source, payload }: Verified,
  headers: IncomingHttpHeaders,
): NewEvent {
  const { proofHeaders, pointers } = source
  const orderingKeys = orderKeys.keysFor(event.destinations, {
    headers,
    proofHeaders,
    pointers,
    values: payload.values,
  })
  return orderingKeys === undefined ? event : { ...event, orderingKeys }
}

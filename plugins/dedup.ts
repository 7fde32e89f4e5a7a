import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { OrderKeys } from '../src/delivery/order-keys.ts'
import type { Selection, Selector } from '../src/delivery/selection.ts'
import { RefusalError } from '../src/errors.ts'
import type { Identity } from '../src/events/identity.ts'
import { identityOf, storedHeaders, withOrder } from '../src/events/new-event.ts'
import { StoreUnavailableError } from '../src/store/errors.ts'
import type { AcceptResult, NewEvent, Store } from '../src/store/types.ts'
import { withTrace } from '../src/tracing/stored-trace.ts'
import { isDoubled } from '../src/verification/header.ts'
import { ingestOf } from './ingest.ts'
import { contentTypeOf } from './payload.ts'
import { bytesOf } from './raw-body.ts'

export interface DedupOptions {
  readonly store: Pick<Store, 'accept'>
  /** Decides to which destinations an event goes. */
  readonly select: Selector
  /** Decides in which order they go to one; null: in none. */
  readonly orderKeys: OrderKeys | null
  /** Called when there is something new to deliver. */
  readonly wake: () => void
  /** Called after every event that was stored. */
  readonly stored: () => void
  /** Unix milliseconds. */
  readonly now: () => number
}

/**
 * Event-id dedup and storing are one durable step, so there is no moment in which an id is known but its event is not
 * safe. A duplicate is answered here; whatever reaches the route was stored just now.
 */
export default fp<DedupOptions>(
  async (app, { store, select, orderKeys, wake, stored: onStored, now }) => {
    app.addHook('preHandler', (request, reply, done) => {
      const ingest = ingestOf(request)
      const { name } = ingest.source.config
      const doubled = ingest.source.idHeaders.some((header) => isDoubled(request.raw, header))
      if (doubled) return done(new RefusalError('DOUBLED_ID'))
      if (ingest.source.isDefault && isDoubled(request.raw, 'x-event-type')) {
        return done(new RefusalError('INVALID_EVENT', { detail: 'The X-Event-Type header came more than once.' }))
      }
      const identity = identityOf(ingest, request.headers, bytesOf(request))
      const { type } = identity

      const stored = (result: AcceptResult, destinations: number) => {
        ingest.trace?.committed(null)
        ingest.event = { id: result.id, type, destinations }
        ingest.duplicate = result.status === 'duplicate'
        if (destinations > 0 && (result.status === 'accepted' || result.rearmed > 0)) wake()
        if (result.status === 'accepted') {
          onStored()
          if (result.repeated)
            request.log.warn({ source: name, type, id: result.id }, 'same signed bytes under a new id')
          return done()
        }
        const { id, conflict, rearmed } = result
        const fields = { source: name, type, id, duplicate: true, rearmed }
        if (conflict) request.log.warn({ ...fields, conflict }, 'conflict: an id that is known came with other bytes')
        else request.log.info(fields, 'duplicate')
        reply.send({ message: 'Duplicate event ignored.', event: type, id, duplicate: true })
      }
      const failed = (error: unknown) => {
        if (!(error instanceof StoreUnavailableError))
          return done(error instanceof Error ? error : new Error('unknown'))
        ingest.trace?.committed(error.message)
        done(new RefusalError('UNAVAILABLE', { detail: `not stored, ${error.message}` }))
      }
      const accept = ({ names, undecided }: Selection) => {
        if (undecided.length > 0) {
          const fields = { source: name, type, destinations: undecided }
          request.log.warn(fields, 'a filter could not be evaluated: the event goes to its destination')
        }
        const event = newEvent(request, identity, names, now())
        ingest.trace?.committing()
        store
          .accept(orderKeys === null ? event : withOrder(event, orderKeys, ingest, request.headers))
          .then((result) => stored(result, names.length), failed)
      }
      const selection = select({
        source: name,
        type,
        headers: request.raw.rawHeaders,
        body: bytesOf(request),
        contentType: contentTypeOf(request),
        document: ingest.payload.document,
      })
      if (selection instanceof Promise) selection.then(accept, failed)
      else accept(selection)
    })
  },
  { name: 'dedup', fastify: '5.x', dependencies: ['payload'] },
)

function newEvent(
  request: FastifyRequest,
  { type, externalId, dedupKey, replay }: Identity,
  destinations: readonly string[],
  receivedAt: number,
): NewEvent {
  const ingest = ingestOf(request)
  const headers = storedHeaders(ingest, request.raw.rawHeaders)
  const context = ingest.trace === null ? null : ingest.trace.context()
  return {
    source: ingest.source.config.name,
    type,
    externalId,
    dedupKey,
    replay,
    receivedAt,
    headers: context === null ? headers : withTrace(headers, context),
    body: bytesOf(request),
    destinations,
    secret: ingest.verdict === null ? null : ingest.verdict.secret,
  }
}

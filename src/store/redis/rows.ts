import type { Delivery, DeliveryState, EventSummary, ListedDelivery, StoredEvent } from '../types.ts'
import { destinationOf } from './queue-names.ts'
import {
  bytesOrNull,
  hashOf,
  listOf,
  numberOf,
  numberOrNull,
  type Reply,
  textOf,
  textOrNull,
  textsOf,
} from './replies.ts'

type Facts = Omit<EventSummary, 'deliveries'>

/** What a delivery's `p_s` says, from -1 on; blocked ones wait behind another of their ordering key. */
const pendingState = 0
const states: readonly DeliveryState[] = ['pending', 'pending', 'leased', 'done', 'dead', 'discarded']

export function toFacts(id: string, reply: Reply | undefined): Facts {
  const hash = hashOf(reply)
  const secret = textOf(hash.get('sec'))
  return {
    id,
    source: textOf(hash.get('src')),
    type: textOf(hash.get('type')),
    externalId: textOrNull(hash.get('ext')),
    receivedAt: numberOf(hash.get('rcv')),
    bodySize: numberOf(hash.get('size')),
    duplicates: numberOf(hash.get('dup')),
    conflict: textOf(hash.get('conf')) === '1',
    repeated: textOf(hash.get('rep')) === '1',
    secret: secret === 'current' || secret === 'previous' ? secret : null,
  }
}

export function toStoredEvent(
  id: string,
  event: Reply | undefined,
  headers: Reply | undefined,
  body: Reply | undefined,
): StoredEvent {
  return { ...toFacts(id, event), headers: textsOf(headers), body: bytesOrNull(body) }
}

export interface DescribedEvent {
  readonly summary: EventSummary
  readonly stored: StoredEvent & { readonly deliveries: readonly Delivery[] }
}

/** One answer of the script `describe`. */
export function toDescribed(reply: Reply): DescribedEvent {
  const [id, event, found, payload] = listOf(reply)
  const [headers, body] = listOf(payload)
  const deliveries = listOf(found)
    .map((one) => {
      const [queue, fields] = listOf(one)
      return toDelivery(textOf(queue), fields)
    })
    .toSorted((a, b) => (a.destination < b.destination ? -1 : 1))
  const facts = toFacts(textOf(id), event)
  return {
    summary: { ...facts, deliveries },
    stored: { ...facts, headers: textsOf(headers), body: bytesOrNull(body), deliveries },
  }
}

function toDelivery(queue: string, fields: Reply | undefined): Delivery {
  const [state, attempt, base, dueAt, status, error, order] = listOf(fields)
  return {
    destination: destinationOf(queue),
    state: states[numberOf(state) + 1] ?? 'dead',
    retrying: numberOf(state) === pendingState && numberOf(attempt) > numberOf(base),
    attempt: numberOf(attempt),
    dueAt: numberOf(dueAt),
    lastStatus: numberOrNull(status),
    lastError: textOrNull(error),
    orderingKey: textOrNull(order),
  }
}

/** One answer of the script `describeDeliveries`. */
export function toListed(reply: Reply): ListedDelivery | null {
  const [id, queue, fields, facts] = listOf(reply)
  const [source, type, receivedAt] = listOf(facts)
  if (textOf(listOf(fields)[0]) === '') return null
  return {
    ...toDelivery(textOf(queue), fields),
    eventId: textOf(id),
    source: textOf(source),
    type: textOf(type),
    receivedAt: numberOf(receivedAt),
  }
}

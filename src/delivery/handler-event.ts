import type { HandlerEvent } from './define-handler.ts'
import { joinedHeaders } from './headers.ts'
import type { DeliverableEvent } from './types.ts'

/** An event as the operator's own code gets it: a copy that can be changed without harm. */
export function handlerEvent(event: DeliverableEvent): HandlerEvent {
  const body = Buffer.from(event.body)
  return {
    id: event.id,
    source: event.source,
    type: event.type,
    receivedAt: new Date(event.receivedAt),
    headers: joinedHeaders(event.headers),
    body,
    json: () => parseJson(body),
    text: () => body.toString('utf8'),
  }
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    // The parser's own message quotes the payload, and this one is recorded and logged.
    throw new Error('the body of this event is not JSON')
  }
}

import { Type } from '@sinclair/typebox'

/** A name that can be logged, shown and routed by: no control characters, and of a length that fits on a line. */
const eventName = Type.String({ minLength: 1, maxLength: 128, pattern: '^[^\\u0000-\\u001f\\u007f]*$' })
const refusal = (description: string) => Type.Object({ error: Type.String() }, { description })

export const params = Type.Object({ event: eventName })

export const postSchema = {
  description: 'Takes one event from a sender.',
  params,
  headers: Type.Object({
    'x-event-type': Type.Optional(eventName),
  }),
  response: {
    200: Type.Object(
      {
        message: Type.String(),
        event: Type.String({ description: 'Type of the event' }),
        id: Type.String({ description: "Posthorn's id of the stored event; of a duplicate, that of the first one" }),
        duplicate: Type.Boolean({ description: 'The event was known already' }),
        receivedData: Type.Optional(Type.Unknown({ description: 'The payload, where the source echoes it' })),
      },
      { description: 'Stored' },
    ),
    400: refusal('Signed, but not JSON where it should be; or the event has no usable name'),
    401: refusal('Not signed with a secret of this source, or too long ago'),
    413: refusal('Larger than this source may send'),
    429: refusal('Too many requests from this address: try again later'),
    503: refusal('Not known to be stored: try again'),
  },
}

/** Events of the few senders that send them so; the handshakes of many, which are answered as their sender wants. */
export const getSchema = {
  description: 'Answers a challenge by which a sender registers this URL, or takes an event that is a GET request.',
  params,
  querystring: Type.Record(Type.String(), Type.Unknown()),
  response: {
    200: postSchema.response[200],
    401: postSchema.response[401],
    403: refusal('A challenge without the token that is configured for this source'),
    404: refusal('The same, of a sender that asks for this status'),
    405: refusal('Nothing that is answered here: events are sent with POST'),
    429: postSchema.response[429],
    503: postSchema.response[503],
  },
}

export const otherSchema = {
  params,
  response: {
    403: refusal('A challenge that may not be answered'),
    405: refusal('Events are sent with POST'),
    429: postSchema.response[429],
  },
}

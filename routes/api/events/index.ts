import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox'
import { withTimes } from '../../../src/operator/filters.ts'
import { parseCursor } from '../../../src/operator/problem.ts'
import type { OperatorRoutes } from '../../../src/operator/routes.ts'
import { Event, filters, literals, next, nullable, Problem, page } from '../../../src/operator/schemas.ts'
import { eventStatuses } from '../../../src/operator/states.ts'
import { eventView } from '../../../src/operator/views.ts'
import { isEventId } from '../../../src/store/event-id.ts'

const schema = {
  summary: 'Events, newest first',
  tags: ['events'],
  querystring: Type.Object(
    {
      ...filters,
      status: Type.Optional(
        Type.Unsafe<(typeof eventStatuses)[number]>({
          ...literals(eventStatuses),
          description: 'With a delivery in this state; done: all of them are; none: it goes nowhere',
        }),
      ),
      text: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 200,
          description:
            "The id, the sender's id or the type begins with it, or the body contains it. A page looks at a bounded number of " +
            'events: it may be empty and yet have a `next`.',
        }),
      ),
      ...page,
    },
    { additionalProperties: false },
  ),
  response: {
    200: Type.Object({
      events: Type.Array(Event),
      next,
      newest: nullable(
        Type.String(),
        'From where to watch on: give it to /api/stream as `after`, and nothing that is stored after this answer is missed; ' +
          'some of what is in it may come once more. Null with a `cursor`: the first page says it.',
      ),
    }),
    400: Problem,
    503: Problem,
  },
}

/** `GET /api/events` */
const events: FastifyPluginAsyncTypebox<OperatorRoutes> = async (app, { operator }) => {
  app.get('/', { schema }, async ({ query }) => {
    const { limit = 50, cursor, ...filter } = query
    // Before the list is read: what is stored meanwhile is in the list, or comes after this, or both.
    const newest = cursor === undefined ? await operator.store.newest() : null
    const found = await operator.store.list({
      ...withTimes(filter),
      limit,
      ...(cursor === undefined ? {} : { before: parseCursor(cursor, isEventId) }),
    })
    return { events: found.events.map(eventView), next: found.next, newest }
  })
}

export default events

import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox'
import { OperatorError } from '../../../../src/operator/problem.ts'
import type { OperatorRoutes } from '../../../../src/operator/routes.ts'
import { EventDetail, Problem } from '../../../../src/operator/schemas.ts'
import { eventDetailView } from '../../../../src/operator/views.ts'

const params = Type.Object({ id: Type.String({ description: 'The event’s id: evt_…' }) })
const tags = ['events']
const unknown = () => new OperatorError(404, 'There is no such event.')

/** `/api/events/:id` */
const event: FastifyPluginAsyncTypebox<OperatorRoutes> = async (app, { operator, below }) => {
  const { store, config } = operator

  app.get(
    '/',
    {
      schema: { summary: 'One event, whole', tags, params, response: { 200: EventDetail, 404: Problem, 503: Problem } },
    },
    async ({ params: { id } }) => {
      const [found, attempts] = await Promise.all([store.get(id), store.attempts(id)])
      if (found === null) throw unknown()
      return eventDetailView(found, attempts)
    },
  )

  app.get(
    '/body',
    {
      schema: {
        summary: 'Its exact bytes',
        description: 'As a download of no type: what a sender sends is never shown as a page of this site.',
        tags,
        params,
        response: {
          200: { content: { 'application/octet-stream': { schema: Type.Unknown() } } },
          404: Problem,
          503: Problem,
        },
      },
    },
    async ({ params: { id } }, reply) => {
      const found = await store.get(id)
      if (found === null) throw unknown()
      if (found.body === null) throw new OperatorError(404, 'Its payload is past its retention.')
      reply.header('content-disposition', `attachment; filename="${found.id}"`)
      reply.header('x-content-type-options', 'nosniff').type('application/octet-stream')
      return reply.send(Buffer.from(found.body))
    },
  )

  app.get(
    '/curl',
    {
      schema: {
        summary: 'A command that posts it again',
        description:
          'For a shell: the same body, and the same headers but those that let somebody in elsewhere. A signature with a time ' +
          'has expired by then.',
        tags,
        params,
        response: { 200: { content: { 'text/plain': { schema: Type.String() } } }, 404: Problem, 503: Problem },
      },
    },
    async (request, reply) => {
      const found = await store.get(request.params.id)
      if (found === null) throw unknown()
      const { eventCurl } = await import('../../../../src/operator/event-curl.ts')
      const base = config.publicUrl ?? `${request.protocol}://${request.host}${below}`
      const command = eventCurl(found, base, found.source === config.defaultSource.name)
      if (command === null) throw new OperatorError(404, 'Its payload is past its retention.')
      return reply.type('text/plain; charset=utf-8').send(command)
    },
  )

  app.post(
    '/replay',
    {
      schema: {
        summary: 'Deliver it again',
        description:
          'Starts a new series of attempts for every delivery of the event, or for the one to `destination`.',
        tags,
        params,
        body: Type.Object({ destination: Type.Optional(Type.String()) }, { additionalProperties: false }),
        response: { 202: Type.Object({ id: Type.String() }), 400: Problem, 404: Problem, 503: Problem },
      },
    },
    async ({ params: { id }, body: { destination } }, reply) => {
      await operator.replay(id, destination)
      return reply.code(202).send({ id })
    },
  )
}

export default event

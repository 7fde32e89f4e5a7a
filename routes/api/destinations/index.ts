import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox'
import type { OperatorRoutes } from '../../../src/operator/routes.ts'
import { Destination, Problem } from '../../../src/operator/schemas.ts'

const schema = {
  summary: 'Where events go, and what waits',
  tags: ['destinations'],
  response: { 200: Type.Object({ destinations: Type.Array(Destination) }), 503: Problem },
}

/** `GET /api/destinations` */
const destinations: FastifyPluginAsyncTypebox<OperatorRoutes> = async (app, { operator }) => {
  app.get('/', { schema }, async () => ({ destinations: [...(await operator.destinations())] }))
}

export default destinations

import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox'
import { overviewOf } from '../../../src/operator/overview.ts'
import { Overview } from '../../../src/operator/overview-schema.ts'
import type { OperatorRoutes } from '../../../src/operator/routes.ts'
import { Problem } from '../../../src/operator/schemas.ts'

const schema = {
  summary: 'How it is doing: what waits, what to see to, what happened of late',
  tags: ['status'],
  querystring: Type.Object(
    {
      minutes: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: 525_600,
          default: 60,
          description: 'How far back `series` and `totals` go',
        }),
      ),
      step: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: 10_080,
          description: 'Minutes that are counted together; by default so many that there are about sixty points',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  response: { 200: Overview, 400: Problem, 503: Problem },
}

/** `GET /api/overview` */
const overview: FastifyPluginAsyncTypebox<OperatorRoutes> = async (app, { operator }) => {
  app.get('/', { schema }, async ({ query: { minutes = 60, step } }) =>
    overviewOf(operator, { minutes, step }, Date.now()),
  )
}

export default overview

import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox'
import type { DestinationAction } from '../../../../src/operator/operator.ts'
import type { OperatorRoutes } from '../../../../src/operator/routes.ts'
import { Destination, Problem } from '../../../../src/operator/schemas.ts'

const params = Type.Object({ name: Type.String({ description: 'Percent-encoded' }) })

const summaries: Readonly<Record<DestinationAction, string>> = {
  pause: 'Begin no more attempts; what is due waits',
  resume: 'Go on after a pause',
  enable: 'Go on after the destination said that it was gone (410)',
}

/** `/api/destinations/:name/…` */
const destination: FastifyPluginAsyncTypebox<OperatorRoutes> = async (app, { operator }) => {
  for (const action of ['pause', 'resume', 'enable'] as const) {
    const schema = {
      summary: summaries[action],
      tags: ['destinations'],
      params,
      response: { 200: Destination, 404: Problem, 503: Problem },
    }
    app.post(`/${action}`, { schema }, async (request) => operator.change(request.params.name, action))
  }
}

export default destination

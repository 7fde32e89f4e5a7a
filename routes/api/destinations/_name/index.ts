import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox'
import type { DestinationAction } from '../../../../src/operator/operator.ts'
import type { OperatorRoutes } from '../../../../src/operator/routes.ts'
import { Destination, Problem } from '../../../../src/operator/schemas.ts'

const params = Type.Object({ name: Type.String({ description: 'Percent-encoded' }) })

const summaries: Readonly<Record<DestinationAction, string>> = {
  pause: 'Begin no more attempts; what is due waits',
  resume: 'Go on after a pause',
  enable: 'Go on after the destination said that it was gone (410)',
  try: 'Try one that only fails now, rather than at the end of its pause',
}

const descriptions: Partial<Record<DestinationAction, string>> = {
  try:
    'The next delivery that is due tells whether it is back: its success lets all that is due go on, and after a failure the ' +
    'pauses begin anew, short. What waits for a retry keeps its time, but for the oldest of it where nothing is due. 409 where ' +
    'the destination is not left alone. `state` and `since` show what came of it.',
}

/** `/api/destinations/:name/…` */
const destination: FastifyPluginAsyncTypebox<OperatorRoutes> = async (app, { operator }) => {
  for (const action of ['pause', 'resume', 'enable', 'try'] as const) {
    const schema = {
      summary: summaries[action],
      ...(descriptions[action] === undefined ? {} : { description: descriptions[action] }),
      tags: ['destinations'],
      params,
      response: { 200: Destination, 404: Problem, ...(action === 'try' ? { 409: Problem } : {}), 503: Problem },
    }
    app.post(`/${action}`, { schema }, async (request) => operator.change(request.params.name, action))
  }
}

export default destination

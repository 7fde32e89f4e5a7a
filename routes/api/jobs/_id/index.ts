import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox'
import { OperatorError } from '../../../../src/operator/problem.ts'
import type { OperatorRoutes } from '../../../../src/operator/routes.ts'
import { Job, JobDetail, Problem } from '../../../../src/operator/schemas.ts'
import { jobDetailView, jobView } from '../../../../src/operator/views.ts'

const params = Type.Object({ id: Type.String() })
const tags = ['jobs']

/** `/api/jobs/:id` */
const job: FastifyPluginAsyncTypebox<OperatorRoutes> = async (app, { operator }) => {
  const find = async (id: string) => {
    const found = await operator.jobs.get(id)
    if (found === null) throw new OperatorError(404, 'There is no such job; only the last ones are remembered.')
    return found
  }

  app.get(
    '/',
    { schema: { summary: 'One job', tags, params, response: { 200: JobDetail, 404: Problem, 503: Problem } } },
    async (request) => jobDetailView(await find(request.params.id)),
  )

  app.delete(
    '/',
    {
      schema: {
        summary: 'Cancel it',
        tags,
        params,
        response: { 200: Job, 404: Problem, 409: Problem, 503: Problem },
      },
    },
    async ({ params: { id } }) => {
      await find(id)
      if (!(await operator.jobs.cancel(id))) throw new OperatorError(409, 'It has ended already.')
      return jobView(await find(id))
    },
  )
}

export default job

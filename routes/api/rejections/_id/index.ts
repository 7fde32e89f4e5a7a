import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox'
import { OperatorError } from '../../../../src/operator/problem.ts'
import type { OperatorRoutes } from '../../../../src/operator/routes.ts'
import { Problem, RejectionDetail } from '../../../../src/operator/schemas.ts'
import { rejectionDetailView } from '../../../../src/operator/views.ts'

const params = Type.Object({ id: Type.String({ description: 'rej_…' }) })
const tags = ['rejections']
const unknown = () => new OperatorError(404, 'There is no such refused request; only the newest ones are kept.')

/** `/api/rejections/:id` */
const rejection: FastifyPluginAsyncTypebox<OperatorRoutes> = async (app, { operator }) => {
  const { store } = operator

  app.get(
    '/',
    {
      schema: {
        summary: 'One refused request, whole',
        tags,
        params,
        response: { 200: RejectionDetail, 404: Problem, 503: Problem },
      },
    },
    async ({ params: { id } }) => {
      const found = await store.getRejection(id)
      if (found === null) throw unknown()
      return rejectionDetailView(found)
    },
  )

  app.delete(
    '/',
    { schema: { summary: 'Forget it', tags, params, response: { 204: Type.Null(), 404: Problem, 503: Problem } } },
    async ({ params: { id } }, reply) => {
      if (!(await store.deleteRejection(id))) throw unknown()
      return reply.code(204).send(null)
    },
  )
}

export default rejection

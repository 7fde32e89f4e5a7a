import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox'
import type { FastifyBaseLogger } from 'fastify'
import { OperatorError } from '../../../../src/operator/problem.ts'
import type { OperatorRoutes } from '../../../../src/operator/routes.ts'
import { Diagnosis, Problem, RejectionDetail, ReleaseOutcome } from '../../../../src/operator/schemas.ts'
import { diagnosisView, rejectionDetailView, releaseView } from '../../../../src/operator/views.ts'
import type { StoredRejection } from '../../../../src/store/types.ts'

const params = Type.Object({ id: Type.String({ description: 'rej_…' }) })
const tags = ['rejections']
const unknown = () => new OperatorError(404, 'There is no such rejected request; only the newest ones are kept.')

/** `/api/rejections/:id` */
const rejection: FastifyPluginAsyncTypebox<OperatorRoutes> = async (app, { operator, quarantine }) => {
  const { store } = operator

  const lookInto = (found: StoredRejection, log: FastifyBaseLogger) =>
    quarantine.diagnose(found).catch((error: unknown) => {
      log.error({ err: error, rejection: found.id }, 'a rejected request could not be looked into')
      return null
    })

  app.get(
    '/',
    {
      schema: {
        summary: 'One rejected request, whole, and why it was rejected',
        description: 'The diagnosis is made now, by the settings of now, and never shows a secret.',
        tags,
        params,
        response: { 200: RejectionDetail, 404: Problem, 503: Problem },
      },
    },
    async ({ params: { id }, log }) => {
      const found = await store.getRejection(id)
      if (found === null) throw unknown()
      return rejectionDetailView(found, await lookInto(found, log))
    },
  )

  app.post(
    '/release',
    {
      schema: {
        summary: 'Take it after all, if it is genuine now',
        description:
          'Verifies it by the settings of now and takes it as if it had just arrived; then it is gone from the rejected ones. ' +
          'Its signed time is judged by the time at which it came. What does not verify stays rejected (409): nobody can force it.',
        tags,
        params,
        response: {
          200: ReleaseOutcome,
          404: Problem,
          409: Type.Object(
            {
              error: Type.String(),
              cause: Type.Optional(Type.String()),
              diagnosis: Type.Optional(Type.Union([Diagnosis, Type.Null()])),
            },
            { title: 'Still rejected' },
          ),
          503: Problem,
        },
      },
    },
    async ({ params: { id }, log }, reply) => {
      const result = await quarantine.release(id)
      if (result.outcome !== 'rejected') return reply.code(200).send(releaseView(result))
      const kept = await store.getRejection(id)
      const diagnosis = diagnosisView(kept === null ? null : await lookInto(kept, log))
      return reply.code(409).send({ error: `It is still rejected: ${result.detail}`, cause: result.cause, diagnosis })
    },
  )

  app.delete(
    '/',
    { schema: { summary: 'Delete it', tags, params, response: { 204: Type.Null(), 404: Problem, 503: Problem } } },
    async ({ params: { id } }, reply) => {
      if (!(await store.deleteRejection(id))) throw unknown()
      return reply.code(204).send(null)
    },
  )
}

export default rejection

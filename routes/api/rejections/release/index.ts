import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox'
import { rejectionFilter } from '../../../../src/operator/filters.ts'
import { OperatorError } from '../../../../src/operator/problem.ts'
import type { OperatorRoutes } from '../../../../src/operator/routes.ts'
import { Job, Problem, RejectionFilter } from '../../../../src/operator/schemas.ts'
import { jobView } from '../../../../src/operator/views.ts'

const schema = {
  summary: 'Release every rejected request that matches and is genuine now',
  description:
    'Looks at them at `ratePerSecond`, the oldest first, each as `/api/rejections/{id}/release` does. With `dryRun` nothing ' +
    'is changed and the answer is how many match, and how many of the first 1,000 would be taken. What came of each is in ' +
    '`results` of `GET /api/jobs/{id}`. None that is refused after the job began is looked at. A job outlives the process: the ' +
    'next start, or another one on the same store, goes on with it.',
  tags: ['rejections'],
  body: Type.Object(
    {
      filter: RejectionFilter,
      ratePerSecond: Type.Number({ exclusiveMinimum: 0, maximum: 1_000, default: 100 }),
      dryRun: Type.Boolean({ default: false }),
    },
    { additionalProperties: false },
  ),
  response: {
    200: Type.Object(
      {
        matching: Type.Integer({ description: 'Rejected requests that match' }),
        examined: Type.Integer({ description: 'How many of them were verified for this answer' }),
        genuine: Type.Integer({ description: 'How many of those would be taken' }),
      },
      { title: 'Dry run' },
    ),
    202: Job,
    400: Problem,
    409: Problem,
    503: Problem,
  },
}

/** `POST /api/rejections/release` */
const release: FastifyPluginAsyncTypebox<OperatorRoutes> = async (app, { operator, quarantine }) => {
  app.post('/', { schema, config: { dryRuns: true } }, async ({ body }, reply) => {
    const filter = rejectionFilter(body.filter)
    if (body.dryRun) return reply.code(200).send(await quarantine.tryOut(filter))
    const job = await operator.jobs.start({ kind: 'release', filter, ratePerSecond: body.ratePerSecond })
    if (job === null) throw new OperatorError(409, 'Too many jobs are running: wait for one to end, or cancel it.')
    return reply.code(202).send(jobView(job))
  })
}

export default release

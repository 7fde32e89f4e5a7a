import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox'
import { deliveryFilter } from '../../../src/operator/filters.ts'
import { OperatorError } from '../../../src/operator/problem.ts'
import type { OperatorRoutes } from '../../../src/operator/routes.ts'
import { DeliveryFilter, Job, Problem } from '../../../src/operator/schemas.ts'
import { jobView } from '../../../src/operator/views.ts'

const tags = ['jobs']

const startSchema = {
  summary: 'Replay or discard every delivery that matches',
  description:
    'Runs at `ratePerSecond`, after all live deliveries. With `dryRun` nothing is changed and the answer is how many ' +
    'match. A job outlives the process: the next start, or another one on the same store, goes on with it.',
  tags,
  body: Type.Object(
    {
      kind: Type.Union([Type.Literal('replay'), Type.Literal('discard')]),
      filter: DeliveryFilter,
      destination: Type.Optional(Type.String({ description: 'Of a replay: deliver to this one instead' })),
      move: Type.Optional(Type.Boolean({ description: 'And discard what was found' })),
      ratePerSecond: Type.Number({ exclusiveMinimum: 0, maximum: 10_000, default: 100 }),
      dryRun: Type.Boolean({ default: false }),
    },
    { additionalProperties: false },
  ),
  response: {
    200: Type.Object({ matching: Type.Integer({ description: 'Deliveries that match' }) }, { title: 'Dry run' }),
    202: Job,
    400: Problem,
    404: Problem,
    409: Problem,
    503: Problem,
  },
}

const listSchema = {
  summary: 'The last jobs, newest first',
  tags,
  response: { 200: Type.Object({ jobs: Type.Array(Job) }), 503: Problem },
}

/** `/api/jobs` */
const jobs: FastifyPluginAsyncTypebox<OperatorRoutes> = async (app, { operator }) => {
  app.post('/', { schema: startSchema, config: { dryRuns: true } }, async ({ body }, reply) => {
    const { kind, destination, move = false, ratePerSecond } = body
    const filter = deliveryFilter(body.filter)
    if (kind === 'discard' && (destination !== undefined || move)) {
      throw new OperatorError(400, 'destination, move: belong to a replay; leave them out to discard.')
    }
    if (move && destination === undefined) throw new OperatorError(400, 'move: say where to in destination.')
    if (destination !== undefined && !operator.isConfigured(destination)) {
      throw new OperatorError(404, `There is no destination ${JSON.stringify(destination)}.`)
    }
    if (body.dryRun) return reply.code(200).send({ matching: await count(operator, filter) })
    const target = destination === undefined ? {} : { destination, move }
    const job = await operator.jobs.start({ kind, filter, ratePerSecond, ...target })
    if (job === null) throw new OperatorError(409, 'Too many jobs are running: wait for one to end, or cancel it.')
    return reply.code(202).send(jobView(job))
  })

  app.get('/', { schema: listSchema }, async () => ({ jobs: (await operator.jobs.list()).map(jobView) }))
}

export default jobs

async function count(
  { store }: OperatorRoutes['operator'],
  filter: ReturnType<typeof deliveryFilter>,
): Promise<number> {
  let step = await store.countDeliveries(filter)
  let matching = step.count
  while (step.next !== null) {
    step = await store.countDeliveries(filter, step.next)
    matching += step.count
  }
  return matching
}

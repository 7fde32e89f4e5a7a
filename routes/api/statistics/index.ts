import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox'
import { OperatorError, parseTime } from '../../../src/operator/problem.ts'
import type { OperatorRoutes } from '../../../src/operator/routes.ts'
import { Problem } from '../../../src/operator/schemas.ts'
import { isoTime } from '../../../src/operator/views.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const maxBuckets = 2_000

const at = Type.String({ description: 'Start of the time that is counted' })
const number = Type.Integer({ minimum: 0 })

const schema = {
  summary: 'Counts over time',
  description: 'Times in which nothing happened are left out. The last second before a crash may be missing.',
  tags: ['statistics'],
  querystring: Type.Object(
    {
      from: Type.Optional(Type.String({ description: 'Default: an hour before `to`' })),
      to: Type.Optional(Type.String({ description: 'Default: now' })),
      minutes: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: 1_440,
          default: 1,
          description: 'Length of the time that is counted together',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  response: {
    200: Type.Object({
      events: Type.Array(
        Type.Object({ at, source: Type.String(), accepted: number, duplicates: number, bytes: number }),
      ),
      deliveries: Type.Array(
        Type.Object({ at, destination: Type.String(), done: number, retry: number, dead: number }),
      ),
      rejections: Type.Array(
        Type.Object({ at, source: Type.Union([Type.String(), Type.Null()]), cause: Type.String(), count: number }),
      ),
    }),
    400: Problem,
    503: Problem,
  },
}

/** `GET /api/statistics` */
const statistics: FastifyPluginAsyncTypebox<OperatorRoutes> = async (app, { operator }) => {
  app.get('/', { schema }, async ({ query }) => {
    const { minutes = 1 } = query
    const bucketMs = minutes * minuteMs
    const to = query.to === undefined ? Date.now() + operator.store.clockAhead() : parseTime('to', query.to)
    const from = query.from === undefined ? to - hourMs : parseTime('from', query.from)
    if (from >= to) throw new OperatorError(400, 'from: must be before `to`')
    if ((to - from) / bucketMs > maxBuckets) {
      throw new OperatorError(
        400,
        `minutes: give at least ${Math.ceil((to - from) / minuteMs / maxBuckets)} for so long a time`,
      )
    }
    const found = await operator.store.statistics({ from, to, bucketMs })
    return {
      events: found.events.map((one) => ({ ...one, at: isoTime(one.at) })),
      deliveries: found.deliveries.map((one) => ({ ...one, at: isoTime(one.at) })),
      rejections: found.rejections.map((one) => ({ ...one, at: isoTime(one.at) })),
    }
  })
}

export default statistics

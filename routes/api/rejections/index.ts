import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox'
import { withTimes } from '../../../src/operator/filters.ts'
import { parseCursor } from '../../../src/operator/problem.ts'
import type { OperatorRoutes } from '../../../src/operator/routes.ts'
import { filters, next, Problem, page, Rejection } from '../../../src/operator/schemas.ts'
import { rejectionView } from '../../../src/operator/views.ts'
import { isRejectionId } from '../../../src/store/event-id.ts'

const { source, from, to } = filters
const schema = {
  summary: 'Rejected requests, newest first',
  tags: ['rejections'],
  querystring: Type.Object(
    { source, cause: Type.Optional(Type.String()), from, to, ...page },
    { additionalProperties: false },
  ),
  response: { 200: Type.Object({ rejections: Type.Array(Rejection), next }), 400: Problem, 503: Problem },
}

/** `GET /api/rejections` */
const rejections: FastifyPluginAsyncTypebox<OperatorRoutes> = async (app, { operator }) => {
  app.get('/', { schema }, async ({ query }) => {
    const { limit = 50, cursor, ...filter } = query
    const found = await operator.store.rejections({
      ...withTimes(filter),
      limit,
      ...(cursor === undefined ? {} : { before: parseCursor(cursor, isRejectionId) }),
    })
    return { rejections: found.rejections.map(rejectionView), next: found.next }
  })
}

export default rejections

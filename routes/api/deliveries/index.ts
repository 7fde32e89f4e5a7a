import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox'
import { deliveryFilter } from '../../../src/operator/filters.ts'
import { parseCursor } from '../../../src/operator/problem.ts'
import type { OperatorRoutes } from '../../../src/operator/routes.ts'
import { filters, ListedDelivery, next, Problem, page, stateFilter } from '../../../src/operator/schemas.ts'
import { listedDeliveryView } from '../../../src/operator/views.ts'
import { isDeliveryCursor } from '../../../src/store/delivery-cursor.ts'

const schema = {
  summary: 'Deliveries, those of the newest event first',
  description: 'With `state=dead`: the dead letters.',
  tags: ['deliveries'],
  querystring: Type.Object(
    { ...filters, destination: Type.Optional(Type.String()), state: stateFilter, ...page },
    { additionalProperties: false },
  ),
  response: { 200: Type.Object({ deliveries: Type.Array(ListedDelivery), next }), 400: Problem, 503: Problem },
}

/** `GET /api/deliveries` */
const deliveries: FastifyPluginAsyncTypebox<OperatorRoutes> = async (app, { operator }) => {
  app.get('/', { schema }, async ({ query: { limit = 50, cursor, ...filter } }) => {
    const { store } = operator
    const isCursor = (text: string) => isDeliveryCursor(text, store.engine)
    const after = cursor === undefined ? {} : { after: parseCursor(cursor, isCursor) }
    const found = await store.deliveries({ ...deliveryFilter(filter), limit, ...after })
    return { deliveries: found.deliveries.map(listedDeliveryView), next: found.next }
  })
}

export default deliveries

import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox'
import type { Metrics } from '../../src/operator/metrics.ts'

const schema = {
  summary: 'What happened and what waits, for Prometheus',
  tags: ['status'],
  response: { 200: { content: { 'text/plain': { schema: Type.String() } } } },
}

/** `GET /metrics` */
const metricsRoute: FastifyPluginAsyncTypebox<{ readonly metrics: Metrics }> = async (app, { metrics }) => {
  app.get('/', { schema }, async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()))
}

export default metricsRoute

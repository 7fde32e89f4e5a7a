import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox'

const schema = {
  response: {
    200: Type.Object({ status: Type.Literal('ok') }),
    503: Type.Object({ status: Type.Union([Type.Literal('draining'), Type.Literal('unavailable')]) }),
  },
}

/** `GET /health`: whether this process should be sent events now. */
const health: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/', { schema }, async (_request, reply) => {
    if (app.lifecycle.isDraining()) return reply.code(503).send({ status: 'draining' })
    if (!(await app.storeIsReady())) return reply.code(503).send({ status: 'unavailable' })
    return { status: 'ok' } as const
  })
}

export default health

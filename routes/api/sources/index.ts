import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox'
import type { OperatorRoutes } from '../../../src/operator/routes.ts'
import { Problem } from '../../../src/operator/schemas.ts'
import { Source } from '../../../src/operator/source-schema.ts'
import { sourceViews } from '../../../src/operator/sources.ts'

const schema = {
  summary: 'Where events come from, and how to connect a sender',
  tags: ['sources'],
  response: { 200: Type.Object({ sources: Type.Array(Source) }), 503: Problem },
}

/** `GET /api/sources` */
const sources: FastifyPluginAsyncTypebox<OperatorRoutes> = async (app, { operator, captured }) => {
  const { config, store, handshakes, secretAges } = operator
  app.get('/', { schema }, async () => ({
    sources: await sourceViews({ config, store, captured, handshakes, secretAges }, Date.now() + store.clockAhead()),
  }))
}

export default sources

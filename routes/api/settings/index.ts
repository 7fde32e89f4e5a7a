import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox'
import type { OperatorRoutes } from '../../../src/operator/routes.ts'
import { nullable } from '../../../src/operator/schemas.ts'
import { Setting } from '../../../src/operator/setting-schema.ts'

const schema = {
  summary: 'Every setting, as it counts',
  description: 'Settings are read once, at the start: change them where the gateway runs.',
  tags: ['settings'],
  response: {
    200: Type.Object({ configFile: nullable(Type.String(), 'Null: there is none'), settings: Type.Array(Setting) }),
  },
}

/** `GET /api/settings` */
const settings: FastifyPluginAsyncTypebox<OperatorRoutes> = async (app, { operator }) => {
  const { configFile, settings: all } = operator.config
  app.get('/', { schema }, async () => ({ configFile, settings: all.map((setting) => ({ ...setting })) }))
}

export default settings

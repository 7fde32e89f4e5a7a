import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox'
import type { SettingView } from '../../../src/config/described.ts'
import type { OperatorRoutes } from '../../../src/operator/routes.ts'
import { literals, nullable } from '../../../src/operator/schemas.ts'

const Setting = Type.Object(
  {
    name: Type.String({ description: 'The environment variable, or the place in the configuration file' }),
    value: nullable(Type.String(), 'As it counts; null: not set, or a secret'),
    isSet: Type.Boolean(),
    isSecret: Type.Boolean({ description: 'Only whether it is set is shown' }),
    from: Type.Unsafe<SettingView['from']>({
      ...literals(['environment', 'platform', 'file', 'default']),
      description: 'platform: what Railway sets',
    }),
    description: nullable(Type.String()),
    accepted: nullable(Type.String(), 'What it may be'),
  },
  { title: 'Setting' },
)

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

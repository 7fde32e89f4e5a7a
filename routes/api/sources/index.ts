import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox'
import type { SourceConfig } from '../../../src/config/types.ts'
import type { OperatorRoutes } from '../../../src/operator/routes.ts'

const nullable = <T extends ReturnType<typeof Type.String> | ReturnType<typeof Type.Integer>>(schema: T) =>
  Type.Union([schema, Type.Null()])

const Source = Type.Object(
  {
    name: Type.String(),
    default: Type.Boolean({ description: 'Of every path that names no source' }),
    path: Type.String({ description: 'What a sender is given, after the public URL' }),
    url: nullable(Type.String()),
    provider: Type.String(),
    title: Type.String(),
    docs: Type.String({ description: 'Where its signatures are described' }),
    setup: Type.String({ description: 'Where the secret is found' }),
    verified: Type.Boolean({ description: 'False: whoever posts to it is believed' }),
    rotating: Type.Boolean({ description: 'The previous secret is accepted too' }),
    schemes: Type.Array(Type.String()),
    toleranceSeconds: nullable(Type.Integer()),
    bodyLimit: Type.Integer({ description: 'Bytes' }),
  },
  { title: 'Source' },
)

const schema = {
  summary: 'Where events come from',
  tags: ['sources'],
  response: { 200: Type.Object({ sources: Type.Array(Source) }) },
}

/** `GET /api/sources` */
const sources: FastifyPluginAsyncTypebox<OperatorRoutes> = async (app, { operator }) => {
  const { config } = operator
  const view = (source: SourceConfig, isDefault: boolean) => {
    const { name, provider, secrets, toleranceSeconds, bodyLimit } = source
    const path = `/webhook/${isDefault ? ':event' : encodeURIComponent(name)}`
    return {
      name,
      default: isDefault,
      path,
      url: config.publicUrl === null ? null : `${config.publicUrl}${path}`,
      provider: provider.name,
      title: provider.title,
      docs: provider.docs,
      setup: provider.setup,
      verified: secrets !== null,
      rotating: (secrets?.previous ?? null) !== null,
      schemes: provider.schemes.map((scheme) => scheme.name),
      toleranceSeconds,
      bodyLimit,
    }
  }
  const all = [...[...config.sources.values()].map((source) => view(source, false)), view(config.defaultSource, true)]
  app.get('/', { schema }, async () => ({ sources: all }))
}

export default sources

import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox'
import { OperatorError } from '../../../../src/operator/problem.ts'
import { ProviderDetail } from '../../../../src/operator/provider-schema.ts'
import type { OperatorRoutes } from '../../../../src/operator/routes.ts'
import { Problem } from '../../../../src/operator/schemas.ts'
import { findProvider } from '../../../../src/providers/registry.ts'

const schema = {
  summary: 'One sender, with a typical event',
  description: 'Also by the name of a source whose sender the configuration file describes.',
  tags: ['providers'],
  params: Type.Object({ name: Type.String() }),
  response: { 200: ProviderDetail, 404: Problem },
}

/** `GET /api/providers/:name` */
const one: FastifyPluginAsyncTypebox<OperatorRoutes> = async (app, { operator }) => {
  const ofFile = new Map([...operator.config.sources.values()].map(({ provider }) => [provider.name, provider]))
  app.get('/', { schema }, async ({ params: { name } }) => {
    const provider = findProvider(name) ?? ofFile.get(name)
    if (provider === undefined) throw new OperatorError(404, `There is no provider ${JSON.stringify(name)}.`)
    const { providerDetail } = await import('../../../../src/operator/provider-views.ts')
    return providerDetail(provider, Date.now())
  })
}

export default one

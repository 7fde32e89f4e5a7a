import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox'
import { ProviderSummary } from '../../../src/operator/provider-schema.ts'
import { providers } from '../../../src/providers/registry.ts'

const schema = {
  summary: 'The senders that are known, by name',
  tags: ['providers'],
  response: { 200: Type.Object({ providers: Type.Array(ProviderSummary) }) },
}

/** `GET /api/providers` */
const list: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/', { schema }, async () => {
    const { providerSummary } = await import('../../../src/operator/provider-views.ts')
    return { providers: [...providers.values()].map(providerSummary) }
  })
}

export default list

import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox'

const answer = Type.Object({ message: Type.String(), endpoints: Type.Array(Type.String()) })

/** `GET /`: says that it runs, and where to send events. */
const root: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/', { schema: { response: { 200: answer } } }, async () => ({
    message: 'Webhook server is running.',
    endpoints: ['/health', '/webhook/:event'],
  }))
}

export default root

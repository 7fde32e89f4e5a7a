import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox'
import fp from 'fastify-plugin'

const answer = Type.Object({ message: Type.String(), endpoints: Type.Array(Type.String()) })

interface RootOptions {
  /** Whether there is a console to send people to. */
  readonly hasConsole: boolean
}

/** `GET /`: says that it runs, and where to send events; a browser is sent to the console. */
const root: FastifyPluginAsyncTypebox<RootOptions> = async (app, { hasConsole }) => {
  app.get('/', { schema: { response: { 200: answer } } }, async (request, reply) => {
    if (hasConsole) {
      reply.header('vary', 'accept')
      if ((request.headers.accept ?? '').includes('text/html')) return reply.redirect('/console', 302)
    }
    return { message: 'Webhook server is running.', endpoints: ['/health', '/webhook/:event'] }
  })
}

/** In the app's own scope, which thereby has a serializer compiler (`plugins/late-serializers.ts`). */
export default fp(root, { name: 'root', fastify: '5.x' })

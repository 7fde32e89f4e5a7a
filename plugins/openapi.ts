import swagger from '@fastify/swagger'
import fp from 'fastify-plugin'
import { hostCookie } from '../src/operator/access.ts'
import { apiPagePolicy, renderApiPage } from '../src/operator/api-page.ts'
import { version } from '../src/version.ts'

/** Describes the routes of its scope in OpenAPI 3.1, from their schemas: `GET /openapi.json`, and `GET /docs` as a page to read. */
export default fp(
  async (app) => {
    await app.register(swagger, {
      // A route answers with and without the slash that its folder gives it; people write it without.
      transform: ({ schema, url }) => ({ schema, url: url.replace(/(.)\/$/, '$1') }),
      openapi: {
        openapi: '3.1.0',
        info: {
          title: 'Posthorn',
          version,
          description: 'What an operator sees and does: events, deliveries, destinations, rejected requests.',
          license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
        },
        components: {
          securitySchemes: {
            token: { type: 'http', scheme: 'bearer', description: 'ADMIN_TOKEN, or VIEWER_TOKEN to look only' },
            session: { type: 'apiKey', in: 'cookie', name: hostCookie, description: 'Of a browser that signed in' },
          },
        },
        security: [{ token: [] }, { session: [] }],
      },
    })
    app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())
    app.get('/docs', { schema: { hide: true } }, async (_request, reply) => {
      reply.header('content-security-policy', apiPagePolicy).type('text/html; charset=utf-8')
      return renderApiPage(app.swagger())
    })
  },
  { name: 'openapi', fastify: '5.x' },
)

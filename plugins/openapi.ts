import swagger from '@fastify/swagger'
import fp from 'fastify-plugin'
import { version } from '../src/version.ts'

/** Describes the routes of its scope in OpenAPI 3.1, from their schemas: `GET /openapi.json`. */
export default fp(
  async (app) => {
    await app.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: {
          title: 'Posthorn',
          version,
          description: 'What an operator sees and does: events, deliveries, destinations, refused requests.',
          license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
        },
        components: { securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'ADMIN_TOKEN' } } },
        security: [{ token: [] }],
      },
    })
    app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())
  },
  { name: 'openapi', fastify: '5.x' },
)

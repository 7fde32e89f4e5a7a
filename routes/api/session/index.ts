import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox'
import { OperatorError } from '../../../src/operator/problem.ts'
import { literals, nullable, Problem, time } from '../../../src/operator/schemas.ts'
import { isoTime } from '../../../src/operator/views.ts'

const schema = {
  summary: 'Who asks, and what they may do',
  tags: ['status'],
  response: {
    200: Type.Object(
      {
        role: Type.Unsafe<'admin' | 'viewer'>({
          ...literals(['admin', 'viewer']),
          description: 'viewer: may look, and is answered 403 to whatever would change something',
        }),
        by: Type.Unsafe<'token' | 'session' | 'machine'>({
          ...literals(['token', 'session', 'machine']),
          description: 'machine: no ADMIN_TOKEN is set, and the request is from the machine itself',
        }),
        expiresAt: nullable(time('When the session ends'), 'Null where there is none'),
      },
      { title: 'Session' },
    ),
    404: Problem,
  },
}

/** `GET /api/session` */
const session: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/', { schema }, async ({ visitor }) => {
    // The door is in front of every route; this is for the types.
    if (visitor === null) throw new OperatorError(404, 'There is no session.')
    const { role, by, expiresAt } = visitor
    return { role, by, expiresAt: expiresAt === null ? null : isoTime(expiresAt) }
  })
}

export default session

import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox'
import type { OperatorRoutes } from '../../../src/operator/routes.ts'
import { isoTime } from '../../../src/operator/views.ts'
import { version } from '../../../src/version.ts'

const schema = {
  summary: 'The process and its store',
  tags: ['status'],
  response: {
    200: Type.Object(
      {
        version: Type.String(),
        node: Type.String(),
        startedAt: Type.String(),
        draining: Type.Boolean(),
        store: Type.Object({
          engine: Type.String({ description: 'sqlite, postgres or redis' }),
          replicas: Type.Union([Type.Integer(), Type.Null()], {
            description: 'Processes at work on it; null: no other can be, or it does not say now',
          }),
          state: Type.String({
            description: 'ready; failing: the last commit failed; broken: only a restart can help',
          }),
          error: Type.Union([Type.String(), Type.Null()]),
        }),
        warnings: Type.Array(Type.String(), { description: 'What was doubtful at the start' }),
      },
      { title: 'Status' },
    ),
  },
}

/** `GET /api/status` */
const status: FastifyPluginAsyncTypebox<OperatorRoutes> = async (app, { operator }) => {
  const { config, store, startedAt } = operator
  app.get('/', { schema }, async () => ({
    version,
    node: process.version,
    startedAt: isoTime(startedAt),
    draining: app.lifecycle.isDraining(),
    store: { engine: store.engine, replicas: await operator.replicas(), ...store.status() },
    warnings: [...config.warnings],
  }))
}

export default status

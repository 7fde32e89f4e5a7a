import { type FastifyInstance, fastify } from 'fastify'
import posthorn, { defineHandler } from 'posthorn'
import { createUsers, type Users } from './users.ts'

/** The payload of `user.created`, as its sender documents it. */
interface UserCreated {
  readonly data: { readonly id: string; readonly name: string }
}

export interface Options {
  readonly dataDir: string
  /** Signs the events of this application's own senders. */
  readonly webhookSecret: string
  readonly githubSecret: string
  readonly users?: Users
}

/** An application with routes of its own, to which webhooks are something that happens by the way. */
export async function buildApp(options: Options): Promise<FastifyInstance> {
  const { dataDir, webhookSecret, githubSecret, users = createUsers() } = options
  const app = fastify({ logger: { level: 'warn' }, requestTimeout: 15_000 })

  app.get('/users', async () => users.all())
  app.get('/health', async (_request, reply) => {
    const ready = await app.posthorn.isReady()
    return reply.code(ready ? 200 : 503).send({ ready })
  })

  // After whatever the handlers use: what is registered later is closed first.
  await app.register(posthorn, {
    dataDir,
    webhookSecret,
    sources: { github: { secret: githubSecret } },
    handlers: {
      'user.created': defineHandler<UserCreated>(async (event) => {
        users.add(event.json().data)
      }),
      push: {
        from: 'github',
        timeout: '10s',
        handler: async (event, { log }) => log.info({ push: event.id }, 'pushed'),
      },
    },
  })
  app.posthorn.onAttempt(({ outcome, destination, eventId, error }) => {
    if (outcome === 'dead') app.log.error({ destination, eventId, error }, 'nobody took this event')
  })

  app.post<{ Params: { id: string } }>('/events/:id/replay', async (request) => {
    await app.posthorn.replay(request.params.id)
    return { replayed: request.params.id }
  })
  return app
}

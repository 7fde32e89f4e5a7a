// Not run: `tsc` reads it with everything else. What must not compile is marked as such, so that it is missed when it does.
import { fastify } from 'fastify'
import { pino } from 'pino'
import posthorn, { defineConfig, defineHandler, type EventDetails, type Handler, type PosthornOptions } from 'posthorn'

interface UserCreated {
  readonly data: { readonly name: string }
}

const typed = defineHandler<UserCreated>(async (event, { signal, log }) => {
  const name: string = event.json().data.name
  log.info({ name, aborted: signal.aborted }, 'created')
  // @ts-expect-error the payload has no such field
  event.json().nothing
})

const untyped: Handler = async (event) => {
  // @ts-expect-error nobody knows what the payload is
  event.json().data
  // @ts-expect-error an event is not changed
  event.id = 'evt_1'
}

export const options: PosthornOptions = {
  dataDir: './data',
  sources: { github: { secret: { env: 'GITHUB_SECRET' }, tolerance: '5m' } },
  destinations: { billing: { url: 'http://localhost:4000', types: 'invoice.*' } },
  handlers: { 'user.created': typed, _all: { handler: untyped, concurrency: 1, orderBy: '/data/id' } },
  prefix: '/hooks',
  env: process.env,
}

export async function register(): Promise<void> {
  const app = fastify({ loggerInstance: pino() })
  await app.register(posthorn, options)
  await app.register(posthorn, {
    webhookSecret: 'x',
    handlers: { 'user.created': async (event, context) => void context.log.info({ id: event.id }, event.type) },
  })
  await app.register(async (scope) => {
    await scope.register(posthorn, options)
  })
  // @ts-expect-error there is no such option
  await app.register(posthorn, { dataDirectory: './data' })
  // @ts-expect-error a number of days is a number
  await app.register(posthorn, { eventRetentionDays: 'many' })
  // @ts-expect-error a handler is a function
  await app.register(posthorn, { handlers: { 'user.created': 'handle' } })
  // @ts-expect-error a length of time has a unit of its own
  await app.register(posthorn, { handlers: { _all: { handler: typed, timeout: '5 fortnights' } } })

  const found: EventDetails | null = await app.posthorn.get('evt_1')
  const states: readonly string[] = found?.deliveries.map(({ state }) => state) ?? []
  const stop: () => void = app.posthorn.onAttempt(({ outcome, destination }) => {
    app.log.info({ outcome, destination, states })
    // @ts-expect-error not one of the outcomes
    if (outcome === 'lost') return
  })
  stop()
  // @ts-expect-error there is no such action
  await app.posthorn.change('billing', 'remove')
}

// @ts-expect-error there is no such key
export const config = defineConfig({ destination: {} })

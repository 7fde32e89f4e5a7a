import { Readable } from 'node:stream'
import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox'
import { OperatorError } from '../../../src/operator/problem.ts'
import type { OperatorRoutes } from '../../../src/operator/routes.ts'
import { Problem } from '../../../src/operator/schemas.ts'
import { eventView } from '../../../src/operator/views.ts'
import { beforeAllEvents, isEventId } from '../../../src/store/event-id.ts'
import type { EventSummary } from '../../../src/store/types.ts'

/** Who watches costs a question to the store for every burst of events. */
const maxWatchers = 32

const schema = {
  summary: 'Events as they are stored',
  description:
    'Server-sent events (text/event-stream): each has an event of the API as `data` and its id as `id`. Whoever comes back ' +
    'with `Last-Event-ID` misses none. Without it the stream begins with what comes next.',
  tags: ['events'],
  querystring: Type.Object(
    {
      source: Type.Optional(Type.String()),
      type: Type.Optional(Type.String()),
      after: Type.Optional(Type.String({ description: 'As Last-Event-ID, which goes before it' })),
    },
    { additionalProperties: false },
  ),
  response: {
    200: { content: { 'text/event-stream': { schema: Type.Unknown() } } },
    400: Problem,
    429: Problem,
    503: Problem,
  },
}

/** `GET /api/stream` */
const stream: FastifyPluginAsyncTypebox<OperatorRoutes> = async (app, { operator }) => {
  const watchers = new Set<AbortController>()
  app.addHook('preClose', async () => {
    for (const watcher of watchers) watcher.abort()
  })

  app.get('/', { schema }, async (request, reply) => {
    if (watchers.size >= maxWatchers) throw new OperatorError(429, 'Too many are watching: try again later.')
    const { source, type, after } = request.query
    const last = request.headers['last-event-id']
    const start = typeof last === 'string' && last !== '' ? last : (after ?? (await newest()))
    if (!isEventId(start)) throw new OperatorError(400, 'after, Last-Event-ID: give the id of an event: evt_…')
    const wanted = (event: EventSummary) =>
      (source === undefined || event.source === source) && (type === undefined || event.type === type)

    const watcher = new AbortController()
    watchers.add(watcher)
    reply.raw.once('close', () => {
      watchers.delete(watcher)
      watcher.abort()
    })
    // A connection that is kept after the stream would keep the process from ending.
    reply.header('connection', 'close')
    // Nginx would gather what is meant to be seen now.
    reply.header('x-accel-buffering', 'no').type('text/event-stream; charset=utf-8')
    // It ends with the session that opened it: who comes back is asked for another one.
    const until = request.visitor?.expiresAt ?? Number.POSITIVE_INFINITY
    return reply.send(Readable.from(lines(operator.live.watch(start, watcher.signal), wanted, until)))
  })

  async function newest(): Promise<string> {
    const { events } = await operator.store.list({ limit: 1 })
    return events[0]?.id ?? beforeAllEvents
  }
}

export default stream

/** https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream */
async function* lines(
  batches: AsyncIterable<readonly EventSummary[]>,
  wanted: (event: EventSummary) => boolean,
  until: number,
): AsyncGenerator<string> {
  yield 'retry: 1000\n\n'
  for await (const batch of batches) {
    if (Date.now() >= until) return
    const last = batch.at(-1)
    let text = ''
    for (const event of batch) {
      if (wanted(event)) text += `id: ${event.id}\nevent: event\ndata: ${JSON.stringify(eventView(event))}\n\n`
    }
    // The last id counts also where nothing of the batch was wanted; a comment keeps proxies from giving up.
    if (text === '') text = last === undefined ? ':\n\n' : `id: ${last.id}\n\n`
    yield text
  }
}

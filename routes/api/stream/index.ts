import { Readable } from 'node:stream'
import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox'
import { OperatorError } from '../../../src/operator/problem.ts'
import type { OperatorRoutes } from '../../../src/operator/routes.ts'
import { Problem } from '../../../src/operator/schemas.ts'
import { eventView } from '../../../src/operator/views.ts'
import { isEventId } from '../../../src/store/event-id.ts'
import type { EventSummary } from '../../../src/store/types.ts'

/** Who watches costs a question to the store for every burst of events. */
const maxWatchers = 32

const schema = {
  summary: 'Events as they are stored',
  description:
    'Server-sent events (text/event-stream): each has an event of the API as `data` and its id as `id`. Whoever comes back ' +
    'with `Last-Event-ID` misses none: the first thing the stream says is the `id` at which it begins. Without it, and without ' +
    '`after`, that is with what comes next; `after` the `newest` of a list, with what came after that was read. The stream ends ' +
    'when the store cannot be read.',
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
    const given = typeof last === 'string' && last !== '' ? last : after
    if (given !== undefined && !isEventId(given)) {
      throw new OperatorError(400, 'after, Last-Event-ID: give the id of an event: evt_…')
    }
    const wanted = (event: EventSummary) =>
      (source === undefined || event.source === source) && (type === undefined || event.type === type)

    const watcher = new AbortController()
    watchers.add(watcher)
    reply.raw.once('close', () => {
      watchers.delete(watcher)
      watcher.abort()
    })
    const start = given ?? (await operator.store.newest())
    // A connection that is kept after the stream would keep the process from ending.
    reply.header('connection', 'close')
    // Nginx would gather what is meant to be seen now.
    reply.header('x-accel-buffering', 'no').type('text/event-stream; charset=utf-8')
    // It ends with the session that opened it: who comes back is asked for another one.
    const until = request.visitor?.expiresAt ?? Number.POSITIVE_INFINITY
    const failed = (error: unknown) => {
      // Of a store that closes nobody need be told.
      if (!watcher.signal.aborted)
        request.log.warn({ err: error }, 'a stream of events ended: the store cannot be read')
    }
    const batches = operator.live.watch(start, watcher.signal)
    return reply.send(Readable.from(lines({ start, batches, wanted, until, failed })))
  })
}

export default stream

interface Stream {
  /** Id after which it begins. */
  readonly start: string
  readonly batches: AsyncIterable<readonly EventSummary[]>
  readonly wanted: (event: EventSummary) => boolean
  /** Unix milliseconds. */
  readonly until: number
  readonly failed: (error: unknown) => void
}

/** https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream */
async function* lines({ start, batches, wanted, until, failed }: Stream): AsyncGenerator<string> {
  // An id counts without data too: whoever is cut off before the first event comes back with it. It waits for the store's
  // first answer, so that nobody is told to be watching what cannot be read.
  let head = `retry: 1000\nid: ${start}\n\n`
  try {
    for await (const batch of batches) {
      if (Date.now() >= until) return
      let text = ''
      for (const event of batch) {
        if (wanted(event)) text += `id: ${event.id}\nevent: event\ndata: ${JSON.stringify(eventView(event))}\n\n`
      }
      const last = batch.at(-1)
      // The last id counts also where nothing of the batch was wanted; a comment keeps proxies from giving up.
      if (text === '') text = last === undefined ? ':\n\n' : `id: ${last.id}\n\n`
      yield head + text
      head = ''
    }
  } catch (error) {
    failed(error)
    // To a 503, browsers would not come back.
    if (head !== '') yield head
  }
}

import { isUtf8 } from 'node:buffer'
import { Queue } from 'bullmq'
import type { QueueJobOptions } from '../config/define-config.ts'
import type { RedisAddress } from '../redis/address.ts'
import { createRedisClient, type RedisClient } from '../redis/client.ts'
import { formatTraceparent, type TraceContext } from '../tracing/trace-context.ts'
import { isCredentialHeader } from './headers.ts'
import { describeError } from './one-line.ts'
import { durabilityWarnings } from './queue-durability.ts'
import type { Schedule } from './schedule.ts'
import type { DeliverableEvent, Destination, Routable } from './types.ts'
import { untilAborted } from './until-aborted.ts'

export interface QueueDestinationOptions {
  readonly name: string
  /** May hold credentials: never log it. */
  readonly redis: RedisAddress
  /** PEM of the authorities that are trusted beside the usual ones. */
  readonly ca?: string | null
  /** Name of the BullMQ queue. */
  readonly queue: string
  /** What its keys begin with; left out: BullMQ's own. */
  readonly prefix?: string
  /** For its jobs, as BullMQ takes them. */
  readonly jobOptions?: QueueJobOptions
  readonly matches: (event: Routable) => boolean
  readonly concurrency: number
  readonly timeoutMs: number
  readonly schedule: Schedule
}

/** What a worker of the queue finds in `job.data`; `job.name` is the event's type. */
export interface QueuedEvent {
  /** The gateway's id of the event: the same each time it is handed on. */
  readonly id: string
  readonly source: string
  readonly type: string
  /** ISO 8601. */
  readonly receivedAt: string
  /** As on the wire: name, value, name, value …; without credentials that were meant for the gateway. */
  readonly headers: readonly string[]
  /** The exact bytes: as text where they are UTF-8, else as base64. */
  readonly body: string
  readonly encoding: 'utf8' | 'base64'
  /** W3C Trace Context, as an HTTP destination gets it in headers. */
  readonly traceparent: string
  readonly tracestate?: string
}

/**
 * Finished jobs are kept so long, in seconds, that an attempt whose outcome got lost finds its job; BullMQ by itself keeps
 * them for ever.
 */
const KEPT_SECONDS = 86_400
const CONNECT_TIMEOUT_MS = 2_000

/**
 * Puts events into a BullMQ queue, for applications that process there. The job's id is made of the event's, so that an
 * attempt whose outcome got lost does not become a second job; a replay does.
 */
export function createQueueDestination(options: QueueDestinationOptions): Destination {
  const { redis, ca = null, queue: queueName, prefix, jobOptions, timeoutMs } = options
  const place = `Redis at ${redis.label}`
  let lastError: string | null = null
  // An attempt fails at once while there is no connection: it is this gateway that tries again.
  const connectTimeoutMs = Math.min(CONNECT_TIMEOUT_MS, timeoutMs)
  const connection = createRedisClient({ address: redis, ca, connectTimeoutMs })
  connection.on('error', (error: Error) => {
    lastError = describeError(causeOf(error))
  })
  connection.on('ready', () => {
    lastError = null
  })
  let connecting: Promise<void> | null = null
  let queue: Queue | null = null

  /** Connects when there is something to hand on, or to ask. */
  async function ready(): Promise<RedisClient> {
    if (connection.status === 'wait') connecting = connection.connect()
    if (connection.status !== 'ready') await connecting
    if (connection.status !== 'ready') throw new Error(lastError ?? 'not connected')
    return connection
  }

  /** A Cluster may put the queue on any of its primaries. */
  async function ask(): Promise<readonly string[]> {
    const connected = await ready()
    const servers = 'nodes' in connected ? connected.nodes('master') : [connected]
    const warnings = (await Promise.all(servers.map((server) => durabilityWarnings(server)))).flat()
    return [...new Set(warnings)]
  }

  async function open(): Promise<Queue> {
    const connected = await ready()
    queue ??= new Queue(queueName, {
      connection: connected,
      skipWaitingForReady: true,
      // It would write to the console; `inspect` tells more.
      skipVersionCheck: true,
      ...(prefix === undefined ? {} : { prefix }),
    }).on('error', () => {
      // Heard above; without a listener it would end the process.
    })
    return queue
  }

  async function add(event: DeliverableEvent, trace: TraceContext, jobId: string): Promise<void> {
    const opened = await open()
    await opened.add(event.type, queuedEvent(event, trace), {
      removeOnComplete: { age: KEPT_SECONDS },
      ...jobOptions,
      jobId,
    })
  }

  return {
    name: options.name,
    matches: options.matches,
    concurrency: options.concurrency,
    timeoutMs: options.timeoutMs,
    schedule: options.schedule,
    traced: {
      kind: 'producer',
      attributes: {
        'messaging.system': 'bullmq',
        'messaging.operation.name': 'add',
        'messaging.operation.type': 'send',
        'messaging.destination.name': queueName,
        ...whereabouts(redis),
      },
    },

    async attempt(event, { series, signal, trace }) {
      try {
        await untilAborted(add(event, trace, series === 1 ? event.id : `${event.id}-${series}`), signal)
        return { result: 'delivered', status: null }
      } catch (error) {
        return { result: 'failed', status: null, error: `${place}: ${lastError ?? describeError(error)}` }
      }
    },

    async inspect() {
      try {
        const deadline = AbortSignal.timeout(timeoutMs)
        return (await untilAborted(ask(), deadline)).map((warning) => `${place}: ${warning}`)
      } catch (error) {
        return [`${place} cannot be reached, so its settings are not checked: ${lastError ?? describeError(error)}`]
      }
    },

    async close() {
      // Whatever is under way was broken off before this, so that there is nothing to wait for.
      connection.disconnect()
      await queue?.close().catch(() => {})
    },
  }
}

/** Of a Cluster that is not there, its own error says only that. */
function causeOf(error: Error): Error {
  return 'lastNodeError' in error && error.lastNodeError instanceof Error ? error.lastNodeError : error
}

/** https://opentelemetry.io/docs/specs/semconv/registry/attributes/server/ */
function whereabouts({ nodes: [node], path }: RedisAddress): Readonly<Record<string, string | number>> {
  if (path !== null) return { 'server.address': path }
  return node === undefined ? {} : { 'server.address': node.host, 'server.port': node.port }
}

function queuedEvent(event: DeliverableEvent, trace: TraceContext): QueuedEvent {
  const { id, source, type } = event
  const headers = event.headers.filter((_, i) => !isCredentialHeader((event.headers[i - (i % 2)] ?? '').toLowerCase()))
  const body = Buffer.from(event.body)
  const encoding = isUtf8(body) ? 'utf8' : 'base64'
  const receivedAt = new Date(event.receivedAt).toISOString()
  const traced = {
    traceparent: formatTraceparent(trace),
    ...(trace.state === null ? {} : { tracestate: trace.state }),
  }
  return { id, source, type, receivedAt, headers, body: body.toString(encoding), encoding, ...traced }
}

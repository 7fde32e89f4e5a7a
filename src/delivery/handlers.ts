import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ConfigError } from '../config/load.ts'
import { nearest } from '../config/suggest.ts'
import type { HandlerConfig, RouteConfig } from '../config/types.ts'
import { formatTraceparent } from '../tracing/trace-context.ts'
import type { Handler, HandlerContext, HandlerEvent } from './define-handler.ts'
import { handlerEvent } from './handler-event.ts'
import { EVERY_EVENT, findHandlerFiles, HandlerError, type HandlerFile } from './handler-files.ts'
import { describeError } from './one-line.ts'
import { compileRoute } from './route.ts'
import type { Schedule } from './schedule.ts'
import type { AttemptContext, DeliverableEvent, Destination } from './types.ts'
import { untilAborted } from './until-aborted.ts'

export interface HandlerOptions {
  readonly concurrency: number
  readonly timeoutMs: number
  readonly schedule: Schedule
  /** What events are kept in order by; left out: no order. */
  readonly orderBy?: string
  /** Which events it takes; by default those of its type, from every source. */
  readonly route?: RouteConfig
}

/**
 * Loads the handlers of a directory as destinations: `handler:<type>`, or `handler:_all` for every event.
 *
 * @throws {HandlerError} naming the file that cannot be loaded or exports no function by default
 */
export async function loadHandlers(
  directory: string,
  options: HandlerOptions,
  configured: ReadonlyMap<string, HandlerConfig> = new Map(),
): Promise<readonly Destination[]> {
  const destinations: Destination[] = []
  const files = await findHandlerFiles(resolve(directory))
  checkConfigured(configured, files, directory)
  for (const file of files) {
    const config = configured.get(file.type ?? EVERY_EVENT)
    destinations.push(createHandlerDestination(file.type, await importHandler(file), { ...options, ...config }))
  }
  return destinations
}

/** Options for a handler that is not there are those of one that was misspelt, or of a file that is missing. */
function checkConfigured(
  configured: ReadonlyMap<string, HandlerConfig>,
  files: readonly HandlerFile[],
  directory: string,
): void {
  const names = files.map(({ type }) => type ?? EVERY_EVENT)
  const problems: string[] = []
  for (const [name, { at }] of configured) {
    if (names.includes(name)) continue
    const meant = nearest(name, names)
    const hint = meant === null ? `the handlers there are ${names.join(', ') || 'none'}` : `did you mean ${meant}?`
    problems.push(`${at}: ${resolve(directory)} has no handler of this name; ${hint}`)
  }
  if (problems.length > 0) throw new ConfigError(problems)
}

async function importHandler({ path }: HandlerFile): Promise<Handler> {
  let module: { readonly default?: unknown }
  try {
    module = await import(pathToFileURL(path).href)
  } catch (error) {
    throw new HandlerError(`${path} cannot be loaded: ${describeError(error)}`, { cause: error })
  }
  const handler = module.default
  if (!isHandler(handler)) {
    throw new HandlerError(`${path} has no function as default export: export default async (event, context) => { … }`)
  }
  return handler
}

function isHandler(value: unknown): value is Handler {
  return typeof value === 'function'
}

/** A destination that calls a function. @param type the event type it takes; null: every event */
export function createHandlerDestination(type: string | null, handler: Handler, options: HandlerOptions): Destination {
  const name = `handler:${type ?? EVERY_EVENT}`
  const { from = null, types = null, filter = null } = options.route ?? {}
  const inRoute = compileRoute({ from, types })
  return {
    name,
    matches: (event) => (types !== null || type === null || event.type === type) && inRoute(event),
    ...(filter === null ? {} : { filter }),
    runsHere: true,
    concurrency: options.concurrency,
    timeoutMs: options.timeoutMs,
    schedule: options.schedule,
    ...(options.orderBy === undefined ? {} : { orderBy: options.orderBy }),

    async attempt(event, context) {
      try {
        await untilAborted(call(handler, handlerEvent(event), handlerContext(name, event, context)), context.signal)
        return { result: 'delivered', status: null }
      } catch (cause) {
        return { result: 'failed', status: null, error: describeError(cause), cause }
      }
    },

    async close() {},
  }
}

/** Async, so that a handler that throws at once is no different from one that rejects. */
async function call(handler: Handler, event: HandlerEvent, context: HandlerContext): Promise<void> {
  await handler(event, context)
}

function handlerContext(destination: string, event: DeliverableEvent, context: AttemptContext): HandlerContext {
  const { attempt, signal, deadline, log, trace } = context
  return {
    attempt,
    idempotencyKey: event.id,
    signal,
    deadline: new Date(deadline),
    traceparent: formatTraceparent(trace),
    tracestate: trace.state,
    log: log.child({ eventId: event.id, destination, attempt }),
  }
}

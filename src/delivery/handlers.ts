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
 * Makes destinations of the handlers in a directory and of functions: `handler:<type>`, or `handler:_all` for every event.
 *
 * @param directory null: only functions are handlers
 * @param functions by the name that a file would have: the type, or `_all`
 * @throws {HandlerError} naming the file that cannot be loaded, exports no function by default, or handles what a function
 * handles too
 */
export async function loadHandlers(
  directory: string | null,
  options: HandlerOptions,
  configured: ReadonlyMap<string, HandlerConfig> = new Map(),
  functions: ReadonlyMap<string, Handler> = new Map(),
): Promise<readonly Destination[]> {
  const files = directory === null ? [] : await findHandlerFiles(resolve(directory))
  const handlers = new Map(functions)
  checkConfigured(configured, [...functions.keys(), ...files.map(nameOf)], directory)
  for (const file of files) {
    if (functions.has(nameOf(file))) {
      throw new HandlerError(
        `${file.path} and the function for ${nameOf(file)} handle the same events: keep one of them`,
      )
    }
    handlers.set(nameOf(file), await importHandler(file))
  }
  return [...handlers].map(([name, handler]) =>
    createHandlerDestination(name === EVERY_EVENT ? null : name, handler, { ...options, ...configured.get(name) }),
  )
}

function nameOf({ type }: HandlerFile): string {
  return type ?? EVERY_EVENT
}

/** Options for a handler that is not there are those of one that was misspelt, or of a file that is missing. */
function checkConfigured(
  configured: ReadonlyMap<string, HandlerConfig>,
  names: readonly string[],
  directory: string | null,
): void {
  const problems: string[] = []
  for (const [name, { at }] of configured) {
    if (names.includes(name)) continue
    const meant = nearest(name, names)
    const hint = meant === null ? `the handlers there are ${names.join(', ') || 'none'}` : `did you mean ${meant}?`
    const place = directory === null ? 'there is' : `${resolve(directory)} has`
    problems.push(`${at}: ${place} no handler of this name; ${hint}`)
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

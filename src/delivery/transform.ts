import type { HandlerEvent } from './define-handler.ts'
import { handlerEvent } from './handler-event.ts'
import { describeError } from './one-line.ts'
import type { AttemptContext, DeliverableEvent, Destination, Outcome } from './types.ts'
import { untilAborted } from './until-aborted.ts'

/** What is handed on instead; what is left out stays as it is. */
export interface Transformed {
  /** Shown to the destination as `posthorn-type`. */
  readonly type?: string
  /** All of the sender's headers that are to be sent. */
  readonly headers?: Readonly<Record<string, string>>
  /** Bytes or a text go as they are, anything else as JSON. */
  readonly body?: unknown
}

/**
 * Changes what a destination is handed, before it is signed. Returning null leaves the event out: its delivery is done.
 * Throwing, rejecting or outlasting the attempt's time means that it failed and is tried again.
 */
export type Transform = (
  event: HandlerEvent,
  context: { readonly attempt: number; readonly signal: AbortSignal },
) => Transformed | null | Promise<Transformed | null>

/** Keys of the event that may come back, in an event that was spread, and mean nothing. */
const IGNORED = ['id', 'source', 'receivedAt', 'json', 'text']
const READ = ['type', 'headers', 'body']
/** They describe bytes that are no longer sent. */
const OF_THE_BODY = ['content-encoding', 'content-md5', 'digest', 'content-digest', 'repr-digest']
const LONGEST_TYPE = 256
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/

/** A destination that is handed what the function makes of each event. */
export function withTransform(destination: Destination, transform: Transform): Destination {
  return {
    ...destination,
    runsHere: true,
    async attempt(event, context) {
      let changed: DeliverableEvent | null
      try {
        changed = await change(event, transform, context)
      } catch (cause) {
        return failed(cause)
      }
      if (changed === null) return { result: 'delivered', status: null, note: 'left out by the transform' }
      return destination.attempt(changed, context)
    },
  }
}

function failed(cause: unknown): Outcome {
  return {
    result: 'failed',
    status: null,
    error: `the transform failed: ${describeError(cause)}`,
    cause,
    unasked: true,
  }
}

async function change(
  event: DeliverableEvent,
  transform: Transform,
  { attempt, signal }: AttemptContext,
): Promise<DeliverableEvent | null> {
  const given = handlerEvent(event)
  // Async, so that one that throws at once is no different from one that rejects.
  const run = async () => transform(given, { attempt, signal })
  const result: unknown = await untilAborted(run(), signal)
  return result === null ? null : applied(event, given, result)
}

/** @throws {Error} when the result cannot be used */
function applied(event: DeliverableEvent, given: HandlerEvent, result: unknown): DeliverableEvent {
  if (result === undefined)
    throw new Error('it returned nothing: return what is handed on, or null to leave the event out')
  if (!isRecord(result)) throw new Error('it returned no object: return { type, headers, body }, or null')
  const unknown = Object.keys(result).find((key) => !READ.includes(key) && !IGNORED.includes(key))
  if (unknown !== undefined) throw new Error(`it returned "${unknown}": type, headers and body can be changed`)
  const type = typeOf(result['type'] ?? event.type)
  const headers = result['headers']
  const named = headers === undefined || headers === given.headers ? event.headers : headersOf(headers)
  const content = result['body']
  if (content === undefined || content === given.body) return { ...event, type, headers: named, body: given.body }
  const body = bodyOf(content)
  // Headers that the transform gives are its own affair.
  const fitting = named === event.headers ? headersFor(content, named) : named
  return { ...event, type, headers: fitting, body, bodySize: body.length }
}

function typeOf(type: unknown): string {
  if (typeof type === 'string' && type !== '' && type.length <= LONGEST_TYPE && !CONTROL.test(type)) return type
  throw new Error(`its type is not usable: give a text of 1 to ${LONGEST_TYPE} characters on one line`)
}

function bodyOf(body: unknown): Uint8Array {
  if (typeof body === 'string') return Buffer.from(body)
  if (body instanceof Uint8Array) return body
  const json = JSON.stringify(body)
  if (json === undefined) throw new Error('its body cannot be written as JSON: give a text, bytes or a JSON value')
  return Buffer.from(json)
}

function headersOf(headers: unknown): string[] {
  if (!isRecord(headers)) throw new Error('its headers are no object: give names and values')
  return Object.entries(headers).flatMap(([name, value]) => {
    if (typeof value !== 'string') throw new Error(`its header "${name}" is no text`)
    return [name, value]
  })
}

/** The sender's headers, without what is not true of another body. */
function headersFor(content: unknown, headers: readonly string[]): string[] {
  const isJson = typeof content !== 'string' && !(content instanceof Uint8Array)
  const kept: string[] = []
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i] ?? ''
    const lower = name.toLowerCase()
    if (OF_THE_BODY.includes(lower) || (isJson && lower === 'content-type')) continue
    kept.push(name, headers[i + 1] ?? '')
  }
  return isJson ? [...kept, 'content-type', 'application/json'] : kept
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

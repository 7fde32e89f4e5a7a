import type { Log } from './types.ts'

/** An event as a handler gets it. `Payload` is what its body is taken to be: nobody checks it. */
export interface HandlerEvent<Payload = unknown> {
  /** The gateway's id of the event: the same on every attempt. */
  readonly id: string
  readonly source: string
  readonly type: string
  readonly receivedAt: Date
  /** Lower-case names; several values of one name are joined with commas. Has no prototype. */
  readonly headers: Readonly<Record<string, string>>
  /** The bytes as received; the handler's own copy. */
  readonly body: Buffer
  /**
   * The body as JSON.
   * @throws {Error} when it is not JSON
   */
  json(): Payload
  /** The body as UTF-8 text. */
  text(): string
}

/** Circumstances of one attempt. */
export interface HandlerContext {
  /** 1 for the first attempt. */
  readonly attempt: number
  /** The same on every attempt of this event: what makes repeated work recognisable. */
  readonly idempotencyKey: string
  /** Aborts at the deadline and when the gateway stops: hand it to whatever the handler waits for. */
  readonly signal: AbortSignal
  /** When the attempt is given up. */
  readonly deadline: Date
  /**
   * W3C Trace Context of this attempt: put both into the headers of the handler's own requests, so that they belong to
   * the event's trace.
   */
  readonly traceparent: string
  /** Null: there is none. */
  readonly tracestate: string | null
  /** Writes to the gateway's log, with event, destination and attempt on each line. */
  readonly log: Log
}

/**
 * What a file in `handlers/` exports by default. Returning means done; throwing, rejecting or outlasting the deadline
 * means that the event is handed over again later. A handler may be called more than once for an event, and a call that
 * ignores its signal may still run when the next one begins.
 */
export type Handler<Payload = unknown> = (event: HandlerEvent<Payload>, context: HandlerContext) => unknown

/**
 * Gives a handler its types: `export default defineHandler(async (event, context) => { … })`, or
 * `defineHandler<UserCreated>(…)` where `event.json()` is known to be one.
 */
export function defineHandler<Payload = unknown>(handler: Handler<Payload>): Handler
export function defineHandler(handler: Handler): Handler {
  return handler
}

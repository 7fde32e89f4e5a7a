import type { FilterQuery } from '../config/types.ts'
import type { StoredEvent } from '../store/types.ts'
import type { TraceContext } from '../tracing/trace-context.ts'
import type { BreakerPolicy } from './breaker.ts'
import type { Schedule } from './schedule.ts'

/** What the engine logs with; any pino-like logger fits. */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
  child(bindings: Record<string, unknown>): Log
}

/** What routing looks at. */
export interface Routable {
  readonly source: string
  readonly type: string
}

/** An event whose payload is still there. */
export interface DeliverableEvent extends StoredEvent {
  readonly body: Uint8Array
}

export interface AttemptContext {
  /** 1 for the first attempt; a replay counts on. */
  readonly attempt: number
  /** Number of the attempt with which this series began: 1, or that of the first one after a replay. */
  readonly series: number
  /** Aborts at the deadline, and when the process stops. Its reason is an Error that says which. */
  readonly signal: AbortSignal
  /** Unix milliseconds. */
  readonly deadline: number
  /** Unix milliseconds. */
  now(): number
  readonly log: Log
  /** The event's trace, from this attempt on. */
  readonly trace: TraceContext
}

/** How an attempt went. A peer's fault is data, never an exception. */
export type Outcome = Delivered | Failed | Ended

export interface Delivered {
  readonly result: 'delivered'
  /** HTTP status of the answer, if there was one. */
  readonly status: number | null
  readonly answer?: KeptAnswer
  /** Why it is done although nothing was handed over. */
  readonly note?: string
}

/** What a destination said, for the operator; kept out of the log, since it may echo the payload. */
export interface KeptAnswer {
  /** Name, value, name, value … */
  readonly headers: readonly string[]
  /** The beginning. */
  readonly body: Uint8Array
}

/** Tried again as the schedule says. */
export interface Failed {
  readonly result: 'failed'
  readonly status: number | null
  /** One line, safe to log. */
  readonly error: string
  readonly answer?: KeptAnswer
  /** The beginning of the answer in one line, kept out of the log as the answer is. */
  readonly excerpt?: string
  /** How long the peer asks to be left alone, in milliseconds; the schedule bounds it. */
  readonly retryAfterMs?: number
  /** What a handler threw, for the log. */
  readonly cause?: unknown
  /** The destination itself was not asked: this says nothing of it. */
  readonly unasked?: true
}

/** Not tried again: the peer said so. */
export interface Ended {
  readonly result: 'ended'
  readonly status: number | null
  /** One line, safe to log. */
  readonly error: string
  readonly answer?: KeptAnswer
  readonly excerpt?: string
  /** The destination is gone for good, for other events too. */
  readonly gone?: true
}

/** Where events go. One delivery is kept per event and destination name. */
export interface Destination {
  /** Stable across restarts: stored deliveries are found by it. Holds no credentials. */
  readonly name: string
  /** Must depend on nothing but the event: the answer is cached. */
  matches(event: Routable): boolean
  /** What an event that matches must hold besides. */
  readonly filter?: FilterQuery
  /** Never rejects for a peer's fault, and settles soon after the context's signal aborts. */
  attempt(event: DeliverableEvent, context: AttemptContext): Promise<Outcome>
  /** How many attempts may be under way at once. */
  readonly concurrency: number
  /** How long one attempt may take, in milliseconds. */
  readonly timeoutMs: number
  readonly schedule: Schedule
  /** How many attempts may begin in a second; left out: any number. */
  readonly ratePerSecond?: number
  /** When it is left alone because it only fails; null: never. Left out: as by default. */
  readonly breaker?: BreakerPolicy | null
  /**
   * JSON pointer into the body, or `header:` and a name in lower case: events with the same value there are handed on in the
   * order in which they were accepted. Left out: no order.
   */
  readonly orderBy?: string
  /** Its attempts run code of the operator's in this process, which an event can make end it. */
  readonly runsHere?: true
  /** What the operator should know of it, one line each, as far as it can be found out at start. Never rejects. */
  inspect?(): Promise<readonly string[]>
  /** What a trace says of its attempts; left out: it is code of this process. */
  readonly traced?: TracedAs
  /** Frees what it holds (connections). */
  close(): Promise<void>
}

/** Holds no credentials, path or query. */
export interface TracedAs {
  readonly kind: 'client' | 'producer'
  /** By OpenTelemetry's semantic conventions. */
  readonly attributes: Readonly<Record<string, string | number>>
}

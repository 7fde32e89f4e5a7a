import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Clock, systemClock } from '../../../src/delivery/clock.ts'
import type { AttemptContext, DeliverableEvent, Destination, Log } from '../../../src/delivery/types.ts'
import type { AttemptTrace } from '../../../src/tracing/attempt-tracer.ts'
import type { TraceContext } from '../../../src/tracing/trace-context.ts'

export const START = Date.UTC(2026, 0, 2, 3, 4, 5)

export function event(overrides: Partial<DeliverableEvent> = {}): DeliverableEvent {
  const body = overrides.body ?? Buffer.from('{"n":1}')
  return {
    id: 'evt_1',
    source: 'acme',
    type: 'user.created',
    externalId: null,
    receivedAt: START,
    headers: ['Content-Type', 'application/json'],
    body,
    bodySize: body.byteLength,
    duplicates: 0,
    conflict: false,
    repeated: false,
    secret: null,
    ...overrides,
  }
}

export const trace: TraceContext = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), flags: 1, state: null }

/** What an attempt is given where nothing records traces. */
export const attemptTrace: AttemptTrace = { context: trace, run: (work) => work(), end: () => {} }

export interface LogLine {
  readonly level: string
  readonly message: string
  readonly [field: string]: unknown
}

export interface RecordedLog extends Log {
  readonly lines: readonly LogLine[]
}

export function recordedLog(bindings: object = {}, lines: LogLine[] = []): RecordedLog {
  const at = (level: string) => (fields: object, message: string) => {
    lines.push({ ...bindings, ...fields, level, message })
  }
  return {
    lines,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (more) => recordedLog({ ...bindings, ...more }, lines),
  }
}

export function context(overrides: Partial<AttemptContext> = {}): AttemptContext {
  return {
    attempt: 1,
    series: 1,
    signal: new AbortController().signal,
    deadline: START + 15_000,
    now: () => START,
    log: recordedLog(),
    trace,
    ...overrides,
  }
}

export interface FakeClock extends Clock {
  /** Lets time pass timer by timer, with the work that each one sets off. */
  advance(ms: number): Promise<void>
  /** When the timers that wait are due. */
  timers(): readonly number[]
}

/** @param settled lets the work that time sets off run to its end */
export function fakeClock(start = START, settled: () => Promise<void> = settle): FakeClock {
  let time = start
  let timers: { readonly at: number; readonly run: () => void }[] = []
  return {
    now: () => time,
    setTimer(run, ms) {
      const timer = { at: time + ms, run }
      timers.push(timer)
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
    async advance(ms) {
      const end = time + ms
      await settled()
      for (;;) {
        const [next] = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)
        if (next === undefined) break
        timers = timers.filter((other) => other !== next)
        time = Math.max(time, next.at)
        next.run()
        await settled()
      }
      time = end
      await settled()
    },
    timers: () => timers.map(({ at }) => at).sort((a, b) => a - b),
  }
}

/** Real timers, but a time of day that the test can move. */
export const systemTime = (now: () => number): Clock => ({ ...systemClock, now })

/** Lets everything that is ready run; enough where nothing waits for a socket. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 12; i += 1) await nextTurn()
}

export async function listen(t: TestContext, onRequest: RequestListener, port = 0): Promise<URL> {
  const server = createServer(onRequest)
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return new URL(`http://127.0.0.1:${portOf(server.address())}/hook`)
}

export function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port')
  return address.port
}

export interface Received {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly body: Buffer
}

/** A destination's server that hands each request, body read, to the answers in turn; the last one repeats. */
export async function receiver(
  t: TestContext,
  ...answers: ((received: Received) => void)[]
): Promise<{ url: URL; received: Received[]; next(): Promise<Received> }> {
  const received: Received[] = []
  const waiting: ((received: Received) => void)[] = []
  let handed = 0
  const url = await listen(t, async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const one: Received = { request, response, body: Buffer.concat(chunks) }
    received.push(one)
    waiting.shift()?.(one)
    answers[Math.min(received.length, answers.length) - 1]?.(one)
  })
  return {
    url,
    received,
    async next() {
      const ready = received[handed]
      handed += 1
      return ready ?? new Promise<Received>((resolve) => waiting.push(resolve))
    },
  }
}

export const answer =
  (status: number, headers: Record<string, string> = {}, body = '') =>
  ({ response }: Received): void => {
    response.writeHead(status, headers).end(body)
  }

/** A destination that does as told and keeps count. */
export function destination(name: string, overrides: Partial<Destination> = {}): Destination {
  return {
    name,
    matches: () => true,
    attempt: async () => ({ result: 'delivered', status: 200 }),
    concurrency: 10,
    timeoutMs: 15_000,
    schedule: { delays: [5_000, 30_000], jitter: 0 },
    close: async () => {},
    ...overrides,
  }
}

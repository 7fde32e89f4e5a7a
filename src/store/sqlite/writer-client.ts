import type { Worker } from 'node:worker_threads'
import { startWorker } from '../../start-worker.ts'
import { StoreOpenError, StoreUnavailableError } from '../errors.ts'
import type { AcceptResult, Backlog, NewEvent, NewRejection, StoreStatus } from '../types.ts'
import { packEvents } from './packing.ts'
import { createRejectionQueue } from './rejection-queue.ts'
import { isSlight } from './slight-calls.ts'
import type { BatchResult, Outcome, WriterOptions } from './writer.ts'
import type { WriterCall, WriterReturn } from './writer-calls.ts'
import type { FromWriter, ToWriter } from './writer-thread.ts'

/** Larger batches would only make each commit longer. */
const maxBatchEvents = 512
const maxBatchBytes = 32 * 1024 * 1024

export interface WriterClientOptions extends WriterOptions {
  /** How long an accept may wait for its commit, in milliseconds. */
  readonly timeoutMs: number
  /** How many events, and bytes of their bodies, may wait; more are refused at once. */
  readonly maxPendingEvents: number
  readonly maxPendingBytes: number
  /** Told once when the store is beyond repair: the process should end and be started again. */
  readonly onBroken: (error: string) => void
  /** Told of every commit: how many events shared it, and the seconds from handing them over until it was durable. */
  readonly onCommit: (events: number, seconds: number) => void
}

/** The writing thread, seen from the main thread: gathers what arrives while a commit is under way into the next one. */
export interface WriterClient {
  accept(event: NewEvent): Promise<AcceptResult>
  call(call: WriterCall): Promise<WriterReturn>
  /** Writes what there is room and time for; says how many. */
  reject(rejections: readonly NewRejection[]): Promise<number>
  restartLog(): void
  /** Number of commits so far. */
  commits(): number
  /** Number of those that wrote more than a gateway does while it rests. */
  writes(): number
  status(): StoreStatus
  backlog(): Backlog
  close(): Promise<void>
}

interface Pending<T> {
  resolve(value: T): void
  reject(error: Error): void
}

interface PendingEvent extends Pending<AcceptResult> {
  readonly event: NewEvent
  readonly deadline: number
}

interface PendingCall extends Pending<WriterReturn> {
  readonly call: WriterCall
}

interface Flight {
  /** By `performance.now()`. */
  readonly sentAt: number
  readonly events: PendingEvent[]
  readonly calls: PendingCall[]
}

/** @throws {StoreOpenError} when the database cannot be opened. */
export async function startWriter(options: WriterClientOptions): Promise<WriterClient> {
  const { timeoutMs, maxPendingEvents, maxPendingBytes, onBroken, onCommit, ...workerData } = options
  const worker = startWorker('writer-thread', import.meta.url, workerData)
  await opened(worker)

  let events: PendingEvent[] = []
  let calls: PendingCall[] = []
  const rejections = createRejectionQueue()
  let flight: Flight | null = null
  let pendingBytes = 0
  let commits = 0
  let writes = 0
  let scheduled = false
  let status: StoreStatus = { state: 'ready', error: null }
  let closing: PromiseWithResolvers<void> | null = null
  let timer: NodeJS.Timeout | null = null
  let ended = false

  const post = (message: ToWriter, transfer: ArrayBuffer[] = []) => worker.postMessage(message, transfer)

  function schedule(): void {
    if (scheduled || flight !== null) return
    scheduled = true
    // Whatever else this turn of the event loop reads from the sockets joins the same commit.
    setImmediate(() => {
      scheduled = false
      send()
    })
  }

  function takeBatch(): PendingEvent[] {
    let [count, bytes] = [0, 0]
    for (const { event } of events) {
      bytes += event.body.byteLength
      if (count === maxBatchEvents || (count > 0 && bytes > maxBatchBytes)) break
      count++
    }
    return events.splice(0, count)
  }

  function send(): void {
    if (flight !== null) return
    if (events.length === 0) takeRejections()
    if (events.length === 0 && calls.length === 0) {
      if (closing !== null) post({ kind: 'close' })
      return
    }
    flight = { sentAt: performance.now(), events: takeBatch(), calls }
    calls = []
    const packed = packEvents(flight.events.map(({ event }) => event))
    post({ kind: 'batch', events: packed, calls: flight.calls.map(({ call }) => call), now: Date.now() }, [
      packed.bodies,
    ])
  }

  function takeRejections(): void {
    const batch = rejections.take()
    if (batch === null) return
    calls.push({
      call: { do: 'reject', rejections: batch.rejections, now: Date.now() },
      resolve: () => batch.settle(true),
      reject: () => batch.settle(false),
    })
  }

  function landed(result: BatchResult): void {
    const { sentAt, events: sent, calls: called } = flight ?? { sentAt: 0, events: [], calls: [] }
    flight = null
    commits++
    if (sent.length > 0 || called.some(({ call }, i) => !leftNothing(call, result.calls[i]))) writes++
    onCommit(sent.length, (performance.now() - sentAt) / 1_000)
    learn(result, called)
    for (const [i, pending] of sent.entries()) {
      pendingBytes -= pending.event.body.byteLength
      deliver(pending, result.events[i])
    }
    for (const [i, pending] of called.entries()) deliver(pending, result.calls[i])
    send()
  }

  /** Small writes may still fit on a disk that is full for events: only an event or a probe shows that it is well. */
  function learn(result: BatchResult, called: readonly PendingCall[]): void {
    const failure = [...result.events, ...result.calls].find((outcome) => !outcome.ok)
    if (result.broken) fail(failure?.ok === false ? failure.error : 'unknown')
    if (status.state === 'broken') return
    if (failure?.ok === false) status = { state: 'failing', error: failure.error }
    else if (result.events.length > 0 || called.some(({ call }) => call.do === 'probe')) {
      status = { state: 'ready', error: null }
    }
  }

  function fail(error: string): void {
    if (status.state === 'broken') return
    status = { state: 'broken', error }
    const unavailable = new StoreUnavailableError(error)
    for (const pending of [...(flight?.events ?? []), ...(flight?.calls ?? []), ...events, ...calls]) {
      pending.reject(unavailable)
    }
    events = []
    calls = []
    rejections.clear()
    onBroken(error)
  }

  /** Gives up on events that waited too long. Those not yet sent are dropped; of the others nobody can know. */
  function expire(): void {
    timer = null
    const now = performance.now()
    const late = new StoreUnavailableError(`no commit within ${timeoutMs} ms`)
    for (const pending of flight?.events ?? []) if (pending.deadline <= now) pending.reject(late)
    const expired = events.findIndex(({ deadline }) => deadline > now)
    for (const pending of events.splice(0, expired === -1 ? events.length : expired)) {
      pendingBytes -= pending.event.body.byteLength
      pending.reject(late)
    }
    if (flight !== null || events.length > 0) armTimer()
  }

  function armTimer(): void {
    timer ??= setTimeout(expire, timeoutMs)
  }

  worker.on('message', (message: FromWriter) => {
    if (message.kind === 'batch') landed(message.result)
    else if (message.kind === 'closed') closing?.resolve()
  })
  worker.on('error', (error) => fail(`the writing thread failed: ${error.message}`))
  worker.on('exit', () => {
    ended = true
    if (closing === null) fail('the writing thread ended')
    closing?.resolve()
  })

  return {
    accept(event) {
      if (status.state === 'broken') return Promise.reject(new StoreUnavailableError(status.error ?? 'broken'))
      if (closing !== null) return Promise.reject(new StoreUnavailableError('the store is closing'))
      const waiting = events.length + (flight?.events.length ?? 0)
      if (waiting >= maxPendingEvents || (waiting > 0 && pendingBytes + event.body.byteLength > maxPendingBytes)) {
        return Promise.reject(new StoreUnavailableError(`${waiting} events are waiting to be stored`))
      }
      return new Promise((resolve, reject) => {
        pendingBytes += event.body.byteLength
        events.push({ event, deadline: performance.now() + timeoutMs, resolve, reject })
        armTimer()
        schedule()
      })
    },

    call(call) {
      if (status.state === 'broken') return Promise.reject(new StoreUnavailableError(status.error ?? 'broken'))
      if (closing !== null) return Promise.reject(new StoreUnavailableError('the store is closing'))
      return new Promise((resolve, reject) => {
        calls.push({ call, resolve, reject })
        schedule()
      })
    },

    async reject(refused) {
      if (status.state !== 'ready' || closing !== null) return 0
      schedule()
      return rejections.add(refused)
    },

    restartLog: () => post({ kind: 'restartLog' }),
    commits: () => commits,
    writes: () => writes,
    status: () => status,
    backlog: () => ({ events: events.length + (flight?.events.length ?? 0), bytes: pendingBytes }),

    async close() {
      if (closing === null) {
        closing = Promise.withResolvers()
        if (ended) closing.resolve()
        else if (status.state === 'broken') post({ kind: 'close' })
        else schedule()
      }
      await closing.promise
      if (timer !== null) clearTimeout(timer)
    },
  }
}

function opened(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.once('message', (message: FromWriter) => {
      worker.off('error', reject)
      if (message.kind === 'refused') reject(new StoreOpenError(message.error))
      else resolve()
    })
  })
}

function leftNothing(call: WriterCall, outcome: Outcome<WriterReturn> | undefined): boolean {
  return outcome?.ok === true && isSlight(call, outcome.value)
}

function deliver<T>(pending: Pending<T>, outcome: Outcome<T> | undefined): void {
  if (outcome?.ok) pending.resolve(outcome.value)
  else pending.reject(new StoreUnavailableError(outcome?.error ?? 'no outcome'))
}

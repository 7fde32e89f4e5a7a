import type { Worker } from 'node:worker_threads'
import { startWorker } from '../../start-worker.ts'
import { StoreOpenError, StoreUnavailableError } from '../errors.ts'
import type { AcceptResult, Backlog, NewEvent, NewRejection, StoreStatus } from '../types.ts'
import {
  type Batch,
  type CommitQueueOptions,
  createCommitQueue,
  type Pending,
  type PendingCall,
} from './commit-queue.ts'
import { packEvents } from './packing.ts'
import { isSlight } from './slight-calls.ts'
import type { BatchResult, Outcome, WriterOptions } from './writer.ts'
import type { WriterCall, WriterReturn } from './writer-calls.ts'
import type { FromWriter, ToWriter } from './writer-thread.ts'

/**
 * While events come no further apart than this, what only moves deliveries waits so long for one of them: sharing its
 * commit costs next to nothing, and a commit of its own as much as the event's. Milliseconds.
 */
const rideMs = 3

export interface WriterClientOptions extends WriterOptions, CommitQueueOptions {
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

/** @throws {StoreOpenError} when the database cannot be opened. */
export async function startWriter(options: WriterClientOptions): Promise<WriterClient> {
  const { timeoutMs, maxPendingEvents, maxPendingBytes, onBroken, onCommit, ...workerData } = options
  const worker = startWorker('writer-thread', import.meta.url, workerData)
  await opened(worker)

  const queue = createCommitQueue({ timeoutMs, maxPendingEvents, maxPendingBytes })
  let flight: (Batch & { readonly sentAt: number }) | null = null
  let commits = 0
  let writes = 0
  let scheduled = false
  let ride: NodeJS.Timeout | null = null
  let lastEventAt = Number.NEGATIVE_INFINITY
  let status: StoreStatus = { state: 'ready', error: null }
  let closing: PromiseWithResolvers<void> | null = null
  let ended = false

  const post = (message: ToWriter, transfer: ArrayBuffer[] = []) => worker.postMessage(message, transfer)

  function schedule(): void {
    if (scheduled || flight !== null) return
    const ridesAlong = queue.waits() === 'patiently' && performance.now() - lastEventAt < rideMs
    if (ridesAlong && closing === null) {
      ride ??= setTimeout(send, rideMs)
      return
    }
    scheduled = true
    // Whatever else this turn of the event loop reads from the sockets joins the same commit.
    setImmediate(() => {
      scheduled = false
      send()
    })
  }

  function send(): void {
    if (flight !== null) return
    if (ride !== null) clearTimeout(ride)
    ride = null
    const batch = queue.take()
    if (batch === null) {
      if (closing !== null) post({ kind: 'close' })
      return
    }
    flight = { ...batch, sentAt: performance.now() }
    const events = packEvents(batch.events.map(({ event }) => event))
    const calls = batch.calls.map(({ call }) => call)
    post({ kind: 'batch', events, calls, now: Date.now() }, [events.bodies])
  }

  function landed(result: BatchResult): void {
    const { sentAt, events, calls } = flight ?? { sentAt: 0, events: [], calls: [] }
    flight = null
    queue.landed()
    commits++
    if (events.length > 0 || calls.some(({ call }, i) => !leftNothing(call, result.calls[i]))) writes++
    onCommit(events.length, (performance.now() - sentAt) / 1_000)
    learn(result, calls)
    for (const [i, pending] of events.entries()) deliver(pending, result.events[i])
    for (const [i, pending] of calls.entries()) deliver(pending, result.calls[i])
    if (queue.waits() === 'patiently') schedule()
    else send()
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
    queue.fail(new StoreUnavailableError(error))
    onBroken(error)
  }

  /** Null: calls are taken. */
  function refusal(): StoreUnavailableError | null {
    if (status.state === 'broken') return new StoreUnavailableError(status.error ?? 'broken')
    return closing === null ? null : new StoreUnavailableError('the store is closing')
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
      const refused = refusal()
      if (refused !== null) return Promise.reject(refused)
      lastEventAt = performance.now()
      const stored = queue.addEvent(event)
      schedule()
      return stored
    },

    call(call) {
      const refused = refusal()
      if (refused !== null) return Promise.reject(refused)
      const done = queue.addCall(call)
      schedule()
      return done
    },

    async reject(refused) {
      if (status.state !== 'ready' || closing !== null) return 0
      const written = queue.addRejections(refused)
      schedule()
      return written
    },

    restartLog: () => post({ kind: 'restartLog' }),
    commits: () => commits,
    writes: () => writes,
    status: () => status,
    backlog: queue.backlog,

    async close() {
      if (closing === null) {
        closing = Promise.withResolvers()
        if (ended) closing.resolve()
        else if (status.state === 'broken') post({ kind: 'close' })
        else schedule()
      }
      await closing.promise
      queue.close()
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
